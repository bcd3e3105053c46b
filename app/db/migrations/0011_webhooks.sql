-- Webhooks: who is told of what, and each message on its way. Messages are made of events, which were committed with
-- what they tell; a webhook's cursor says up to where that was done. Address, secrets and bodies are ciphertext.

create table webhooks (
  tenant_id    text not null,
  webhook_id   text not null,
  url          bytea not null,
  description  text not null default '',
  events       text[] not null default '{}',        -- none: all
  include_text boolean not null default false,      -- true: messages carry what was written
  secrets      bytea not null,
  state        text not null default 'on' check (state in ('on', 'off')),
  off_reason   text,
  cursor_xact  xid8 not null,
  cursor_event bigint not null,
  delivered_at timestamptz,                         -- when something last arrived
  created_at   timestamptz not null,
  primary key (tenant_id, webhook_id)
);

create table webhook_messages (
  tenant_id      text not null,
  webhook_id     text not null,
  message_id     text not null,
  type           text not null,
  body           bytea not null,
  state          text not null default 'waiting' check (state in ('waiting', 'delivered', 'given_up')),
  attempts       integer not null default 0,        -- since it was made or last replayed
  due_at         timestamptz not null,
  lease_until    timestamptz,
  first_tried_at timestamptz,
  last_tried_at  timestamptz,
  delivered_at   timestamptz,
  status         integer,                           -- what the receiver answered last
  error          text,
  happened_at    timestamptz not null,
  primary key (tenant_id, webhook_id, message_id),
  foreign key (tenant_id, webhook_id) references webhooks on delete cascade
);
create index webhook_messages_due on webhook_messages (tenant_id, webhook_id, due_at) where state = 'waiting';
create index webhook_messages_listed on webhook_messages (tenant_id, webhook_id, happened_at desc);
create index events_by_time on events (tenant_id, at);

do $$
declare t text;
begin
  foreach t in array array['webhooks', 'webhook_messages']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;

-- Whose webhooks the background work has to look at; names of tenants, nothing of theirs.
create function tenants_with_webhooks() returns setof text
language sql stable security definer set search_path = public as $$
  select distinct tenant_id from webhooks where state = 'on'
$$;
grant execute on function tenants_with_webhooks to frontdesk_app;

-- Whoever resolves a conversation, and in whichever way: it is told once. Its event has no facts, so none are sealed.
create function tell_resolved() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into events (tenant_id, conversation_id, type, data, at)
    values (new.tenant_id, new.conversation_id, 'conversation.resolved', '', new.status_since);
  return null;
end $$;
create trigger conversation_resolved after update of status on conversations
  for each row when (new.status = 'resolved' and old.status <> 'resolved') execute function tell_resolved();
