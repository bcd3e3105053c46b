-- How a waiting conversation finds a person: where it waits, who knows the customer, who is asked, what the customer was
-- told of the wait.

alter table handoffs
  add column group_name    text,                        -- the book's group in which it waits first
  add column prefers       text,                        -- the agent who knows the customer
  add column offered_to    text,
  add column offered_at    timestamptz,
  add column passed        text[] not null default '{}', -- agents who were asked and did not take it
  add column told_kind     text,
  add column told_position integer,
  add column told_minutes  integer,
  add column told_at       timestamptz;

create index handoffs_offered on handoffs (tenant_id, offered_to) where status = 'queued' and offered_to is not null;
create index handoffs_closed on handoffs (tenant_id, closed_at) where closed_at is not null;
