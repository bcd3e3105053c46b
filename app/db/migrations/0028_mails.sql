-- Mails that came and went: by their ids an answer finds its conversation, and a mail that comes twice is known.
-- Ids and addresses are keyed hashes; everything that could be read stands in `sealed`.
create table mails (
  tenant_id       text not null,
  mail_index      bytea not null,
  kind            text not null check (kind in ('message', 'auto_reply', 'bounce', 'list', 'bulk', 'sent')),
  conversation_id text,               -- null: set aside, it belongs to no conversation
  party_index     bytea not null,     -- who wrote it, or to whom it was written
  entry_id        text,               -- the line of the timeline that a sent mail carries
  sealed          bytea not null,
  created_at      timestamptz not null,
  primary key (tenant_id, mail_index)
);
create index mails_of_conversation on mails (tenant_id, conversation_id, created_at) where conversation_id is not null;
create index mails_aside on mails (tenant_id, created_at) where conversation_id is null;

alter table mails enable row level security;
create policy tenant_only on mails using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on mails to frontdesk_app;
