-- Sittings in a conversation, what a customer proved to be theirs, and the ways from one channel to another.

-- One continuous stay. What was said stands in the timeline; a sitting remembers where it ended.
create table sessions (
  tenant_id       text not null,
  conversation_id text not null,
  session_no      integer not null,
  started_at      timestamptz not null,
  active_at       timestamptz not null,   -- the last word or keystroke
  seen_at         timestamptz,            -- the last heartbeat of an open page
  warned_at       timestamptz,
  closed_at       timestamptz,
  last_entry_no   bigint,                 -- the timeline's end when it closed
  primary key (tenant_id, conversation_id, session_no)
);
create unique index sessions_one_open on sessions (tenant_id, conversation_id) where closed_at is null;
create index sessions_open on sessions (tenant_id, active_at) where closed_at is null;

-- A message to an archived conversation begins one that is linked to it; `continued_by` is the newest of them.
alter table conversations add column continues text, add column continued_by text;

-- An email address or a phone number that a customer proved to be theirs.
create table verified_contacts (
  tenant_id     text not null,
  kind          text not null check (kind in ('email', 'phone')),
  contact_index bytea not null,
  contact       bytea not null,
  addresses     bytea[] not null,   -- blind indexes of the addresses it has on channels
  customer_id   text not null,
  verified_at   timestamptz not null,
  primary key (tenant_id, kind, contact_index)
);
create index contacts_by_address on verified_contacts using gin (addresses);
create index contacts_of_customer on verified_contacts (tenant_id, customer_id);

-- Codes on their way to an address; only a keyed hash of the code is kept.
create table contact_codes (
  tenant_id       text not null,
  code_id         text not null,
  conversation_id text not null,
  customer_id     text not null,
  kind            text not null check (kind in ('email', 'phone')),
  contact_index   bytea not null,
  contact         bytea not null,
  code_hash       bytea not null,
  attempts        integer not null default 0,
  state           text not null default 'sent' check (state in ('sent', 'used', 'spent', 'replaced')),
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  primary key (tenant_id, code_id)
);
create index codes_to_contact on contact_codes (tenant_id, contact_index, created_at);
create index codes_of_customer on contact_codes (tenant_id, customer_id, created_at);

-- Ways from one channel to another: who sends the code, or opens the link, goes on in the conversation.
create table channel_links (
  tenant_id       text not null,
  link_id         text not null,
  secret_hash     bytea not null,
  conversation_id text not null,
  customer_id     text not null,
  kind            text not null check (kind in ('code', 'link')),
  channel         text not null,          -- where it leads
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  used_at         timestamptz,
  used_by         bytea,                  -- blind index of the address that used it
  primary key (tenant_id, link_id),
  unique (tenant_id, secret_hash)
);
create index links_of_conversation on channel_links (tenant_id, conversation_id, created_at);

-- Pairs of customers that a person looked at and left apart.
create table apart_customers (
  tenant_id  text not null,
  one_id     text not null,
  other_id   text not null,
  said_by    text not null,
  at         timestamptz not null,
  primary key (tenant_id, one_id, other_id),
  check (one_id < other_id)
);

do $$
declare t text;
begin
  foreach t in array array['sessions', 'verified_contacts', 'contact_codes', 'channel_links', 'apart_customers']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;

-- Who a customer is now: whoever was merged is the one who was kept, and so on.
create function whom(p_tenant text, p_customer text) returns text
language plpgsql stable security definer set search_path = public as $$
declare
  v_customer text := p_customer;
  v_next text;
begin
  for hop in 1..16 loop
    select merged_into into v_next from customers where tenant_id = p_tenant and customer_id = v_customer;
    exit when v_next is null;
    v_customer := v_next;
  end loop;
  return v_customer;
end $$;
grant execute on function whom to frontdesk_app;

-- As before; an address that is seen for the first time belongs to whoever proved that it is theirs.
create or replace function resolve_customer(
  p_tenant text, p_channel text, p_address_index bytea, p_address bytea, p_external_index bytea, p_new_customer text,
  p_profile bytea, p_tier text, p_language text, p_verified boolean, p_now timestamptz
) returns text language plpgsql security definer set search_path = public as $$
declare v_customer text;
begin
  if p_external_index is not null then
    select case when merged_into is null then customer_id else whom(p_tenant, customer_id) end into v_customer from customers
      where tenant_id = p_tenant and external_index = p_external_index;
  else
    select customer_id into v_customer from identities
      where tenant_id = p_tenant and channel = p_channel and address_index = p_address_index;
    if v_customer is null then
      select whom(p_tenant, customer_id) into v_customer from verified_contacts
        where tenant_id = p_tenant and addresses @> array[p_address_index] limit 1;
    end if;
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

-- As before, but for what follows an archived conversation: whoever still writes to its id writes to the newest that goes
-- on with it, and a new one is linked to the one before.
create or replace function accept_message(
  p_tenant text, p_channel text, p_message_id text, p_conversation text, p_address_index bytea, p_address bytea,
  p_external_index bytea, p_new_customer text, p_profile bytea, p_tier text, p_language text, p_verified boolean,
  p_new_conversation text, p_begins boolean, p_event text, p_payload bytea, p_urgency float8, p_now timestamptz
) returns accepted language plpgsql security definer set search_path = public as $$
declare
  v_found accepted;
  v_customer text;
  v_conversation text;
  v_status text;
  v_before text;
begin
  -- One message of one person at a time: a first message sent twice makes one customer and one conversation.
  perform pg_advisory_xact_lock(hashtextextended(p_tenant || encode(coalesce(p_external_index, p_address_index), 'hex'), 1));
  v_found := find_duplicate(p_tenant, p_channel, p_message_id);
  if v_found.conversation_id is not null then
    return v_found;
  end if;

  if p_conversation is not null then
    select customer_id, conversation_id, status into v_customer, v_conversation, v_status from conversations
      where tenant_id = p_tenant and conversation_id = p_conversation;
    if v_customer is null and not p_begins then
      return row(p_conversation, 0, false, 'unknown_conversation')::accepted;
    end if;
  end if;
  if v_customer is null then
    v_conversation := null;
    v_customer := resolve_customer(p_tenant, p_channel, p_address_index, p_address, p_external_index, p_new_customer,
                                   p_profile, p_tier, p_language, p_verified, p_now);
    if not p_begins then
      select conversation_id, status into v_conversation, v_status from conversations
        where tenant_id = p_tenant and customer_id = v_customer and status <> 'archived'
        order by updated_at desc limit 1;
    end if;
  end if;
  if v_status = 'archived' then
    -- Two channels of one customer may come back at once; no row is locked before a thread.
    perform pg_advisory_xact_lock(hashtextextended(p_tenant || v_conversation, 11));
    v_before := v_conversation;
    select n.conversation_id, n.status into v_conversation, v_status
      from conversations a join conversations n on n.tenant_id = a.tenant_id and n.conversation_id = a.continued_by
      where a.tenant_id = p_tenant and a.conversation_id = v_before;
  end if;

  if v_conversation is null or v_status = 'archived' then
    if v_conversation is null and v_before is null and p_begins then
      v_conversation := p_conversation;
    else
      v_conversation := p_new_conversation;
    end if;
    insert into conversations (tenant_id, conversation_id, customer_id, channel, status_since, verified, started_at, updated_at,
                               continues)
      values (p_tenant, v_conversation, v_customer, p_channel, p_now, p_verified, p_now, p_now,
              (select coalesce(a.continued_by, a.conversation_id) from conversations a
               where a.tenant_id = p_tenant and a.conversation_id = v_before));
    if v_before is not null then
      update conversations set continued_by = v_conversation where tenant_id = p_tenant and conversation_id = v_before;
    end if;
  end if;
  return row(v_conversation,
             enqueue(p_tenant, v_conversation, v_conversation, 'conversation', 'message', p_event, p_channel, p_message_id,
                     p_payload, p_now, p_now, p_urgency),
             false, null)::accepted;
end $$;
