-- The tables of one customer message's way: who writes, what was said, which turn is due, what waits for a person.
-- Customer text and identifiers are ciphertext (AES-256-GCM, see app/privacy/vault.py); look-ups go by blind index.
-- The application runs as role frontdesk_app under row-level security; claim and commit run as the tables' owner.

create extension if not exists vector;
create extension if not exists pg_trgm;

do $$ begin
  if not exists (select from pg_roles where rolname = 'frontdesk_app') then
    create role frontdesk_app nologin;
  end if;
end $$;
grant frontdesk_app to current_user;
grant usage on schema public to frontdesk_app;

create table tenants (
  tenant_id  text primary key,
  name       text not null,
  created_at timestamptz not null default now()
);
grant select, insert, update on tenants to frontdesk_app;

create table users (
  tenant_id     text not null,
  user_id       text not null,
  email_index   bytea not null,
  email         bytea not null,
  name          text not null,
  password_hash text not null,
  role          text not null check (role in ('agent', 'supervisor', 'designer', 'evaluator', 'admin')),
  skills        text[] not null default '{}',
  languages     text[] not null default '{en}',
  status        text not null default 'offline' check (status in ('online', 'away', 'offline')),
  max_load      integer not null default 5,
  created_at    timestamptz not null default now(),
  seen_at       timestamptz,
  primary key (tenant_id, user_id),
  unique (tenant_id, email_index)
);

create table logins (
  tenant_id    text not null,
  token_hash   bytea not null,
  user_id      text not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  primary key (token_hash)
);

create table api_keys (
  tenant_id  text not null,
  key_id     text not null,
  key_hash   bytea not null unique,
  name       text not null,
  scopes     text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (tenant_id, key_id)
);

create table customers (
  tenant_id      text not null,
  customer_id    text not null,
  external_index bytea,
  profile        bytea not null,
  tier           text not null default 'standard',
  language       text not null default 'en',
  created_at     timestamptz not null default now(),
  primary key (tenant_id, customer_id),
  unique (tenant_id, external_index)
);

create table identities (
  tenant_id     text not null,
  channel       text not null,
  address_index bytea not null,
  address       bytea not null,
  customer_id   text not null,
  verified      boolean not null default false,
  created_at    timestamptz not null default now(),
  primary key (tenant_id, channel, address_index)
);
create index identities_of_customer on identities (tenant_id, customer_id);

create table conversations (
  tenant_id       text not null,
  conversation_id text not null,
  customer_id     text not null,
  channel         text not null,
  status          text not null default 'active' check (status in
    ('active', 'escalating', 'assigned', 'human_handling', 'waiting', 'resolved', 'archived')),
  status_since    timestamptz not null,
  owner_id        text,
  verified        boolean not null default false,
  priority        text not null default 'normal' check (priority in ('urgent', 'high', 'normal')),
  urgency         real not null default 1,
  sentiment       real not null default 0,
  reasons         text[] not null default '{}',
  intent          text,
  last_entry_no   bigint not null default 0,
  preview         bytea,
  preview_sender  text,
  preview_at      timestamptz,
  waiting_since   timestamptz,
  sla_due_at      timestamptz,
  started_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, conversation_id)
);
create index conversations_of_customer on conversations (tenant_id, customer_id, updated_at desc);
create index conversations_by_status on conversations (tenant_id, status, updated_at desc);
create index conversations_of_owner on conversations (tenant_id, owner_id) where owner_id is not null;

-- The unit that is leased: a conversation, or one action with effect. head_due_at is null when nothing waits.
create table threads (
  tenant_id       text not null,
  thread_id       text not null,
  conversation_id text not null,
  kind            text not null check (kind in ('conversation', 'action')),
  next_seq        bigint not null default 1,
  last_seq        bigint not null default 0,
  fence           bigint not null default 0,
  lease_until     timestamptz,
  head_due_at     timestamptz,
  urgency         real not null default 1,
  interrupted     boolean not null default false,
  primary key (tenant_id, thread_id)
);
create index threads_due on threads (urgency desc, head_due_at) where head_due_at is not null;
create index threads_of_conversation on threads (tenant_id, conversation_id);

create table inbox (
  tenant_id          text not null,
  thread_id          text not null,
  seq                bigint not null,
  conversation_id    text not null,
  why                text not null check (why in
    ('message', 'start', 'confirmation', 'decision', 'expiry', 'release', 'retry')),
  event_id           text not null,
  channel            text,
  channel_message_id text,
  payload            bytea not null,
  state              text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
  attempts           integer not null default 0,
  due_at             timestamptz not null,
  error              text,
  accepted_at        timestamptz not null,
  done_at            timestamptz,
  primary key (tenant_id, thread_id, seq)
);
create unique index inbox_once on inbox (tenant_id, channel, channel_message_id) where channel_message_id is not null;
create index inbox_waiting on inbox (tenant_id, conversation_id) where state = 'waiting';
create index inbox_dead on inbox (tenant_id, done_at) where state = 'dead';

create table entries (
  tenant_id       text not null,
  conversation_id text not null,
  entry_no        bigint not null,
  entry_id        text not null,
  thread_id       text,
  seq             bigint,
  kind            text not null check (kind in ('message', 'notice', 'event')),
  direction       text not null check (direction in ('inbound', 'outbound', 'internal')),
  sender          text not null check (sender in ('customer', 'assistant', 'agent', 'system')),
  sender_id       text,
  channel         text not null,
  text            bytea not null,
  detail          bytea,
  sentiment       real,
  intent          text,
  highlight       text,
  created_at      timestamptz not null,
  primary key (tenant_id, conversation_id, entry_no),
  unique (tenant_id, entry_id)
);
create index entries_of_turn on entries (tenant_id, conversation_id, seq);

create table outbox (
  tenant_id       text not null,
  outbox_id       bigint generated always as identity primary key,
  conversation_id text not null,
  entry_no        bigint not null,
  channel         text not null,
  state           text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  attempts        integer not null default 0,
  due_at          timestamptz not null,
  delivered_at    timestamptz
);
create index outbox_waiting on outbox (due_at) where state = 'waiting';

create table checkpoints (
  tenant_id     text not null,
  thread_id     text not null,
  ns            text not null default '',
  checkpoint_id text not null,
  parent_id     text,
  seq           bigint not null,
  data          bytea not null,
  writes        bytea,
  created_at    timestamptz not null,
  primary key (tenant_id, thread_id, ns, checkpoint_id)
);
create index checkpoints_of_turn on checkpoints (tenant_id, thread_id, seq desc);

create table turns (
  tenant_id       text not null,
  thread_id       text not null,
  seq             bigint not null,
  conversation_id text not null,
  why             text not null,
  fence           bigint not null,
  book_version    text not null,
  trace           bytea not null,
  ms              real not null,
  cpu_ms          real not null,
  committed_at    timestamptz not null,
  primary key (tenant_id, thread_id, seq)
);

create table actions (
  tenant_id       text not null,
  action_id       text not null,
  conversation_id text not null,
  thread_id       text not null,
  action          text not null,
  status          text not null check (status in
    ('proposed', 'confirming', 'approving', 'running', 'done', 'failed', 'rejected', 'cancelled', 'expired')),
  detail          bytea not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, action_id)
);
create index actions_of_conversation on actions (tenant_id, conversation_id);

create table approvals (
  tenant_id       text not null,
  approval_id     text not null,
  conversation_id text not null,
  action_id       text not null,
  thread_id       text not null,
  interrupt_id    text not null,
  status          text not null default 'pending' check (status in
    ('pending', 'accepted', 'edited', 'responded', 'ignored', 'expired')),
  role            text not null,
  request         bytea not null,
  decision        bytea,
  decided_by      text,
  decided_at      timestamptz,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  primary key (tenant_id, approval_id)
);
create unique index approvals_once on approvals (tenant_id, thread_id, interrupt_id);
create index approvals_pending on approvals (expires_at) where status = 'pending';
create index approvals_of_conversation on approvals (tenant_id, conversation_id);

create table handoffs (
  tenant_id       text not null,
  handoff_id      text not null,
  conversation_id text not null,
  status          text not null default 'queued' check (status in ('queued', 'assigned', 'closed', 'withdrawn')),
  reason          text not null,
  priority        text not null,
  skills          text[] not null default '{}',
  context         bytea not null,
  agent_id        text,
  requested_at    timestamptz not null,
  assigned_at     timestamptz,
  closed_at       timestamptz,
  sla_due_at      timestamptz,
  primary key (tenant_id, handoff_id)
);
create unique index handoffs_one_open on handoffs (tenant_id, conversation_id) where status in ('queued', 'assigned');
create index handoffs_queued on handoffs (tenant_id, requested_at) where status = 'queued';

-- The live feed. A reader's cursor is (xact, event_id), read below pg_snapshot_xmin: nothing that commits late is missed.
create table events (
  tenant_id       text not null,
  event_id        bigint generated always as identity,
  xact            xid8 not null default pg_current_xact_id(),
  conversation_id text,
  type            text not null,
  data            bytea not null,
  at              timestamptz not null,
  primary key (event_id)
);
create index events_feed on events (tenant_id, xact, event_id);

do $$
declare t text;
begin
  foreach t in array array['users', 'logins', 'api_keys', 'customers', 'identities', 'conversations',
    'threads', 'inbox', 'entries', 'outbox', 'checkpoints', 'turns', 'actions', 'approvals', 'handoffs', 'events']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;

-- A login and an API key are looked up before the tenant is known: by the hash of a secret, nothing else.
create function find_login(p_hash bytea, p_now timestamptz) returns table (tenant_id text, user_id text, expires_at timestamptz)
language sql security definer set search_path = public as $$
  select tenant_id, user_id, expires_at from logins where token_hash = p_hash and expires_at > p_now
$$;

create function find_api_key(p_hash bytea) returns table (tenant_id text, key_id text, scopes text[])
language sql security definer set search_path = public as $$
  select tenant_id, key_id, scopes from api_keys where key_hash = p_hash and revoked_at is null
$$;
grant execute on function find_login, find_api_key to frontdesk_app;
