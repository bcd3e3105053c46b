-- What the rooms of administrators, designers and evaluators need: who did what, people who left, groups,
-- codes to choose a password with, customers who are found, blocked and merged, runs of evals, labels.

-- Who did what, and when. Rows are only ever added: the application may not change or delete one.
create table audit (
  tenant_id  text not null,
  audit_id   text not null,
  at         timestamptz not null,
  actor_kind text not null check (actor_kind in ('person', 'key', 'command')),
  actor_id   text not null,
  action     text not null,
  subject    text not null,       -- what kind of thing: person, group, key, customer, book, login, label
  subject_id text not null,
  detail     bytea not null,
  primary key (tenant_id, audit_id)
);
create index audit_by_time on audit (tenant_id, at desc, audit_id desc);
create index audit_of_subject on audit (tenant_id, subject, subject_id, at desc);

alter table users add column deactivated_at timestamptz;

create table agent_groups (
  tenant_id  text not null,
  group_id   text not null,
  name       text not null,
  created_at timestamptz not null,
  primary key (tenant_id, group_id),
  unique (tenant_id, name)
);
create table agent_group_members (
  tenant_id text not null,
  group_id  text not null,
  user_id   text not null,
  primary key (tenant_id, group_id, user_id),
  foreign key (tenant_id, group_id) references agent_groups on delete cascade
);
create index groups_of_agent on agent_group_members (tenant_id, user_id);

-- A code that is shown once lets a person choose a password; without a person it makes the first administrator.
create table password_codes (
  tenant_id  text not null,
  code_hash  bytea not null,
  user_id    text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (code_hash)
);
create index password_codes_of_person on password_codes (tenant_id, user_id);

-- Customers are found by blind indexes of what their profile says; a profile that changed is indexed anew when
-- somebody searches.
-- The card holds what people know better than the profile, which the assistant writes; version counts its changes.
alter table customers
  add column card bytea,
  add column version bigint not null default 1,
  add column blocked_at timestamptz,
  add column keys_at timestamptz,
  add column merged_into text;
create index customers_without_keys on customers (tenant_id) where keys_at is null;
create table customer_keys (
  tenant_id   text not null,
  customer_id text not null,
  kind        text not null check (kind in ('email', 'phone', 'name', 'word')),
  key_index   bytea not null,
  primary key (tenant_id, customer_id, kind, key_index)
);
create index customer_keys_found on customer_keys (tenant_id, key_index);

create function forget_customer_keys() returns trigger language plpgsql as $$
begin
  new.keys_at := null;
  return new;
end $$;
create trigger profile_changed before update of profile, card on customers
  for each row when (old.profile is distinct from new.profile or old.card is distinct from new.card) execute function forget_customer_keys();

-- A customer made one with another, and what it takes to part them again.
create table customer_merges (
  tenant_id text not null,
  merge_id  text not null,
  kept_id   text not null,
  gone_id   text not null,
  before    bytea not null,
  merged_at timestamptz not null,
  undone_at timestamptz,
  primary key (tenant_id, merge_id)
);
create index merges_of_customer on customer_merges (tenant_id, kept_id, merged_at desc);

-- Whoever is known by an id of the company's that a merged customer had is the customer it was merged into.
create or replace function resolve_customer(
  p_tenant text, p_channel text, p_address_index bytea, p_address bytea, p_external_index bytea, p_new_customer text,
  p_profile bytea, p_tier text, p_language text, p_verified boolean, p_now timestamptz
) returns text language plpgsql security definer set search_path = public as $$
declare v_customer text;
begin
  if p_external_index is not null then
    select coalesce(merged_into, customer_id) into v_customer from customers
      where tenant_id = p_tenant and external_index = p_external_index;
  else
    select customer_id into v_customer from identities
      where tenant_id = p_tenant and channel = p_channel and address_index = p_address_index;
  end if;
  if v_customer is null then
    insert into customers (tenant_id, customer_id, external_index, profile, tier, language, created_at)
      values (p_tenant, p_new_customer, p_external_index, p_profile, p_tier, p_language, p_now);
    v_customer := p_new_customer;
  end if;
  insert into identities (tenant_id, channel, address_index, address, customer_id, verified, created_at)
    values (p_tenant, p_channel, p_address_index, p_address, v_customer, p_verified, p_now)
    on conflict (tenant_id, channel, address_index) do update
      set customer_id = excluded.customer_id, verified = identities.verified or excluded.verified
      where identities.customer_id <> excluded.customer_id or identities.verified < excluded.verified;
  return v_customer;
end $$;

-- A blocked customer's message is refused where every message comes in, whatever its channel.
create function refuse_blocked() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if exists (select from conversations c join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
             where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id
               and p.blocked_at is not null) then
    raise exception 'customer is blocked' using errcode = 'FD403';
  end if;
  return new;
end $$;
create trigger refuse_blocked before insert on inbox
  for each row when (new.why = 'message') execute function refuse_blocked();

create table eval_runs (
  tenant_id  text not null,
  run_id     text not null,
  suite      text not null,
  at         timestamptz not null,
  passed     integer not null,
  failed     integer not null,
  book       text,
  report     bytea not null,
  primary key (tenant_id, run_id)
);
create index eval_runs_by_time on eval_runs (tenant_id, at desc);

-- What an evaluator said a customer's message meant.
create table labels (
  tenant_id       text not null,
  entry_id        text not null,
  conversation_id text not null,
  intent          text,           -- null: it was looked at and left
  was             text,
  text            bytea not null,
  labelled_by     text not null,
  at              timestamptz not null,
  primary key (tenant_id, entry_id)
);

do $$
declare t text;
begin
  foreach t in array array['audit', 'agent_groups', 'agent_group_members', 'password_codes', 'customer_keys',
    'customer_merges', 'eval_runs', 'labels']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;
revoke update, delete on audit from frontdesk_app;

-- A code is looked up before the tenant is known, like a login.
create function find_password_code(p_hash bytea, p_now timestamptz) returns table (tenant_id text, user_id text)
language sql security definer set search_path = public as $$
  select tenant_id, user_id from password_codes where code_hash = p_hash and expires_at > p_now
$$;
grant execute on function find_password_code to frontdesk_app;
