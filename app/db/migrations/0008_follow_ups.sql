-- What was promised for later, and what customers think of the service. Both are the assistant's own effects, so each
-- row carries the key that made it: the same key again finds the row instead of writing another.

create table follow_ups (
  tenant_id       text not null,
  follow_up_id    text not null,
  key             text not null,          -- of the action that promised it
  cancel_key      text,                   -- of the action that took it back
  conversation_id text not null,
  kind            text not null,          -- the book's action for this kind begins when it is due
  state           text not null check (state in ('scheduled', 'begun', 'cancelled')),
  due_at          timestamptz not null,
  ends_at         timestamptz not null,
  detail          bytea not null,         -- subject, body and the words the customer agreed to
  created_at      timestamptz not null default now(),
  primary key (tenant_id, follow_up_id),
  unique (tenant_id, key)
);
create index follow_ups_due on follow_ups (tenant_id, due_at) where state = 'scheduled';
create index follow_ups_of_conversation on follow_ups (tenant_id, conversation_id);
alter table follow_ups enable row level security;
create policy tenant_only on follow_ups using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on follow_ups to frontdesk_app;

create table feedback (
  tenant_id       text not null,
  feedback_id     text not null,
  key             text not null,
  conversation_id text not null,
  rating          smallint not null check (rating between 1 and 5),
  comment         bytea,
  created_at      timestamptz not null default now(),
  primary key (tenant_id, feedback_id),
  unique (tenant_id, key)
);
create index feedback_by_time on feedback (tenant_id, created_at);
alter table feedback enable row level security;
create policy tenant_only on feedback using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on feedback to frontdesk_app;
