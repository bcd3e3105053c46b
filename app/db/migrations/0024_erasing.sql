-- What is written of a customer is found again when it is erased, and comparisons of rule books outlive their engine.

-- Whose conversation a webhook's message tells of; those that were stored before are forgotten with age (30 days).
alter table webhook_messages add column conversation_id text;
create index webhook_messages_of_conversation on webhook_messages (tenant_id, conversation_id)
  where conversation_id is not null;

-- A draft of the rule book played on recorded conversations. What it found quotes customers: ciphertext, dropped whole
-- when a customer is erased, because it can be made again. Whoever makes it says so in alive_at; a silence means that
-- its engine ended.
create table book_diffs (
  tenant_id   text not null,
  diff_id     text not null,
  new_version text not null,
  state       text not null check (state in ('running', 'done', 'failed')),
  compared    integer not null default 0,
  told        bytea,
  page        bytea,
  begun_at    timestamptz not null,
  alive_at    timestamptz not null,
  primary key (tenant_id, diff_id)
);
create index book_diffs_by_time on book_diffs (tenant_id, begun_at desc);
alter table book_diffs enable row level security;
create policy tenant_only on book_diffs using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on book_diffs to frontdesk_app;
