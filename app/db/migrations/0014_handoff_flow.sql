-- How a conversation changes hands: every change of status or owner with who and why, packages in versions, transfers that
-- wait for their taker, what a tenant adds to the book's triggers, and conversations held in another chat system.

create table conversation_transitions (
  tenant_id       text not null,
  transition_id   bigint generated always as identity,
  conversation_id text not null,
  from_status     text not null,
  to_status       text not null,
  from_owner      text,
  to_owner        text,
  actor           text not null,   -- agent:<id>, external:<system>, assistant, customer, system
  cause           text not null,   -- the trigger of the status machine, transfer, or barge_in
  reason          text,            -- the kind of the newest reason, where a person was called
  at              timestamptz not null,
  primary key (tenant_id, transition_id)
);
create index transitions_of_conversation on conversation_transitions (tenant_id, conversation_id, transition_id);

-- Whoever changes a conversation's status or owner, and in whichever way: it is written down. Who passes a conversation on
-- names itself in frontdesk.actor and frontdesk.cause; what names nobody is read off the change.
create function note_transition() returns trigger language plpgsql security definer set search_path = public as $$
declare
  v_held text[] := array['assigned', 'human_handling', 'waiting'];
  v_cause text := nullif(current_setting('frontdesk.cause', true), '');
  v_actor text := nullif(current_setting('frontdesk.actor', true), '');
begin
  v_cause := coalesce(v_cause, case
    when new.status = old.status then 'transfer'
    when new.status = 'escalating' and old.status = any(v_held) then 'requeue'
    when new.status = 'escalating' then 'escalate'
    when new.status = 'assigned' then 'claim'
    when new.status = 'human_handling' then 'speak'
    when new.status = 'waiting' then 'wait'
    when new.status = 'resolved' then 'resolve'
    when new.status = 'archived' then 'archive'
    when old.status = 'escalating' then 'withdraw'
    when old.status = 'resolved' then 'reopen'
    else 'release' end);
  v_actor := coalesce(v_actor, case
    when v_cause = 'escalate' then 'assistant'
    when v_cause in ('withdraw', 'reopen') then 'customer'
    when v_cause = 'claim' and new.owner_id is not null then
      case when new.owner_id like 'external:%' then new.owner_id else 'agent:' || new.owner_id end
    when old.owner_id like 'external:%' then old.owner_id
    when old.owner_id is not null and v_cause <> 'archive' then 'agent:' || old.owner_id
    else 'system' end);
  insert into conversation_transitions
      (tenant_id, conversation_id, from_status, to_status, from_owner, to_owner, actor, cause, reason, at)
    values (new.tenant_id, new.conversation_id, old.status, new.status, old.owner_id, new.owner_id, v_actor, v_cause,
            case when new.status = 'escalating' then split_part(new.reasons[array_upper(new.reasons, 1)], ':', 1) end,
            greatest(new.updated_at, new.status_since));
  return null;
end $$;
-- An offer stands as long as the one who made it owns the conversation.
create function withdraw_offer() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update transfers set state = 'withdrawn', settled_at = greatest(new.updated_at, new.status_since)
    where tenant_id = new.tenant_id and conversation_id = new.conversation_id and state = 'offered';
  return null;
end $$;
create trigger conversation_offer after update of owner_id on conversations
  for each row when (old.owner_id is not null and new.owner_id is distinct from old.owner_id)
  execute function withdraw_offer();
create trigger conversation_transition after update of status, owner_id on conversations
  for each row when (new.status <> old.status or new.owner_id is distinct from old.owner_id)
  execute function note_transition();

-- What supervisors should look at, beside the reasons for which a person is needed: supervisor (a VIP is treated badly).
alter table conversations add column flags text[] not null default '{}';

alter table handoffs add column to_group text;     -- set: meant for the members of this group
alter table handoffs add column request_key text;
create unique index handoffs_by_key on handoffs (tenant_id, conversation_id, request_key) where request_key is not null;

-- Each version of a handoff's context package, apart from the one beside the handoff: either can be read alone.
create table handoff_packages (
  tenant_id       text not null,
  handoff_id      text not null,
  version         integer not null,
  conversation_id text not null,
  why             text not null,       -- queued, claimed, transferred, refreshed
  digest          bytea not null,      -- SHA-256 of the package in clear
  package         bytea not null,
  created_at      timestamptz not null,
  primary key (tenant_id, handoff_id, version)
);
create index packages_of_conversation on handoff_packages (tenant_id, conversation_id);

-- A transfer that waits for its taker: until then the one who offered it stays the owner.
create table transfers (
  tenant_id       text not null,
  transfer_id     text not null,
  conversation_id text not null,
  from_agent      text not null,
  to_agent        text,
  to_group        text,
  kind            text not null check (kind in ('warm', 'cold')),
  state           text not null check (state in ('offered', 'taken', 'declined', 'withdrawn')),
  briefing        bytea not null,
  taken_by        text,
  created_at      timestamptz not null,
  settled_at      timestamptz,
  primary key (tenant_id, transfer_id),
  check ((to_agent is null) <> (to_group is null))
);
create unique index transfers_one_open on transfers (tenant_id, conversation_id) where state = 'offered';
create index transfers_of_conversation on transfers (tenant_id, conversation_id, created_at);

-- What a tenant adds to the triggers of its book; a row with the book's id stands in for the book's own.
create table handoff_triggers (
  tenant_id  text not null,
  trigger_id text not null,
  type       text not null check (type in ('keyword', 'sentiment', 'confidence', 'intent')),
  value      text not null default '',
  threshold  real,
  priority   text not null check (priority in ('low', 'medium', 'high', 'urgent')),
  enabled    boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant_id, trigger_id)
);

-- A conversation in another chat system, from the push on; sent_no is the last line of the timeline that it has.
create table external_chats (
  tenant_id       text not null,
  chat_no         bigint generated always as identity,
  conversation_id text not null,
  handoff_id      text not null,
  system          text not null,
  external_id     text,
  state           text not null check (state in ('waiting', 'open', 'closed', 'given_up')),
  sent_no         bigint not null default 0,
  attempts        integer not null default 0,
  due_at          timestamptz not null,
  error           text,
  created_at      timestamptz not null,
  closed_at       timestamptz,
  primary key (tenant_id, chat_no)
);
create unique index external_chats_one_open on external_chats (tenant_id, conversation_id) where state in ('waiting', 'open');
create unique index external_chats_by_id on external_chats (tenant_id, system, external_id) where external_id is not null;
create index external_chats_due on external_chats (due_at) where state in ('waiting', 'open');

-- Webhook calls that were let in, so that the same one again changes nothing.
create table external_calls (
  tenant_id   text not null,
  system      text not null,
  call_id     text not null,
  received_at timestamptz not null,
  primary key (tenant_id, system, call_id)
);

do $$
declare t text;
begin
  foreach t in array array['conversation_transitions', 'handoff_packages', 'transfers', 'handoff_triggers',
    'external_chats', 'external_calls']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;

-- Whose triggers have to be read at the start; names of tenants, nothing of theirs.
create function tenants_with_triggers() returns setof text
language sql stable security definer set search_path = public as $$
  select distinct tenant_id from handoff_triggers
$$;
grant execute on function tenants_with_triggers to frontdesk_app;
