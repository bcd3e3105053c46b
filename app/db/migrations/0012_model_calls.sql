-- What language models were asked, used and cost. No text of a customer or a model is kept here.

-- One row a tenant and day (UTC). A call's worst cost is reserved before it and settled after it; a crash in between
-- leaves the reservation standing until the day ends, so the limit is never exceeded.
create table model_budgets (
  tenant_id    text not null,
  day          date not null,
  reserved_usd numeric(14, 8) not null default 0,
  spent_usd    numeric(14, 8) not null default 0,
  primary key (tenant_id, day)
);

create table model_calls (
  tenant_id         text not null,
  call_id           text not null,
  conversation_id   text not null,
  seq               bigint not null,  -- of the turn
  at                timestamptz not null,
  purpose           text not null,
  model             text not null,
  outcome           text not null,
  prompt_tokens     integer not null,
  completion_tokens integer not null,
  estimated         boolean not null,  -- the server did not count
  cost_usd          numeric(14, 8),  -- null: no price is set for the model
  ms                real not null,
  primary key (tenant_id, call_id)
);
create index model_calls_of_conversation on model_calls (tenant_id, conversation_id, seq);
create index model_calls_by_day on model_calls (tenant_id, at);

alter table model_budgets enable row level security;
create policy tenant_only on model_budgets using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on model_budgets to frontdesk_app;
alter table model_calls enable row level security;
create policy tenant_only on model_calls using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on model_calls to frontdesk_app;
