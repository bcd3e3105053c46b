-- The journal of effects: one row an action key, for ever. Its state is committed before and after every call, so
-- that no crash can make an effect happen twice. Arguments and outcomes are ciphertext.

create table tool_journal (
  tenant_id       text not null,
  key             text not null,
  conversation_id text not null,
  tool            text not null,
  state           text not null check (state in ('intended', 'started', 'succeeded', 'failed', 'unknown')),
  attempts        integer not null default 0,
  in_doubt        boolean not null default false,  -- an earlier attempt may have had an effect
  args            bytea not null,
  outcome         bytea,
  outcome_kind    text check (outcome_kind in ('succeeded', 'not_found', 'refused', 'failed', 'unknown')),
  intended_at     timestamptz not null default now(),
  started_at      timestamptz,
  lease_until     timestamptz,
  finished_at     timestamptz,
  primary key (tenant_id, key),
  check ((state in ('succeeded', 'failed', 'unknown')) = (outcome is not null and outcome_kind is not null)),
  check (state <> 'started' or lease_until is not null)
);
create index tool_journal_of_conversation on tool_journal (tenant_id, conversation_id, intended_at);
create index tool_journal_unsettled on tool_journal (tenant_id, lease_until) where state in ('started', 'unknown');

alter table tool_journal enable row level security;
create policy tenant_only on tool_journal using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on tool_journal to frontdesk_app;
