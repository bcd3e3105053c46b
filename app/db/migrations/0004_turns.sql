-- Accept, claim and commit: the exactly-once core, each one statement for the caller.
--
-- A single SQL statement that locks a thread and reads its inbox would read with the snapshot from before the lock.
-- VOLATILE PL/pgSQL takes a new snapshot for each statement, so what is read after the lock is what the last commit left.
-- Lock order everywhere: threads, then conversations.

create type accepted as (conversation_id text, seq bigint, duplicate boolean, problem text);

create function enqueue(
  p_tenant text, p_thread text, p_conversation text, p_kind text, p_why text, p_event text, p_channel text,
  p_message_id text, p_payload bytea, p_due timestamptz, p_now timestamptz, p_urgency float8 default null
) returns bigint language plpgsql security definer set search_path = public as $$
declare v_seq bigint;
begin
  insert into threads (tenant_id, thread_id, conversation_id, kind)
    values (p_tenant, p_thread, p_conversation, p_kind) on conflict do nothing;
  update threads
    set next_seq = next_seq + 1,
        head_due_at = coalesce(head_due_at, p_due),
        urgency = greatest(urgency, coalesce(p_urgency, urgency)::real)
    where tenant_id = p_tenant and thread_id = p_thread
    returning next_seq - 1 into v_seq;
  insert into inbox (tenant_id, thread_id, seq, conversation_id, why, event_id, channel, channel_message_id, payload,
                     due_at, accepted_at)
    values (p_tenant, p_thread, v_seq, p_conversation, p_why, p_event, p_channel, p_message_id, p_payload, p_due, p_now);
  return v_seq;
end $$;

create function find_duplicate(p_tenant text, p_channel text, p_message_id text) returns accepted
language sql stable security definer set search_path = public as $$
  select conversation_id, seq, true, null::text from inbox
  where tenant_id = p_tenant and channel = p_channel and channel_message_id = p_message_id
$$;

-- Who wrote: by the company's own customer id when it was given with authority, else by the address on the channel.
create function resolve_customer(
  p_tenant text, p_channel text, p_address_index bytea, p_address bytea, p_external_index bytea, p_new_customer text,
  p_profile bytea, p_tier text, p_language text, p_verified boolean, p_now timestamptz
) returns text language plpgsql security definer set search_path = public as $$
declare v_customer text;
begin
  if p_external_index is not null then
    select customer_id into v_customer from customers where tenant_id = p_tenant and external_index = p_external_index;
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

create function accept_message(
  p_tenant text, p_channel text, p_message_id text, p_conversation text, p_address_index bytea, p_address bytea,
  p_external_index bytea, p_new_customer text, p_profile bytea, p_tier text, p_language text, p_verified boolean,
  p_new_conversation text, p_begins boolean, p_event text, p_payload bytea, p_urgency float8, p_now timestamptz
) returns accepted language plpgsql security definer set search_path = public as $$
declare
  v_found accepted;
  v_customer text;
  v_conversation text;
  v_status text;
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

  if v_conversation is null or v_status = 'archived' then
    if v_conversation is null and p_begins then
      v_conversation := p_conversation;
    else
      v_conversation := p_new_conversation;
    end if;
    insert into conversations (tenant_id, conversation_id, customer_id, channel, status_since, verified, started_at, updated_at)
      values (p_tenant, v_conversation, v_customer, p_channel, p_now, p_verified, p_now, p_now);
  end if;
  return row(v_conversation,
             enqueue(p_tenant, v_conversation, v_conversation, 'conversation', 'message', p_event, p_channel, p_message_id,
                     p_payload, p_now, p_now, p_urgency),
             false, null)::accepted;
end $$;

create type claimed as (
  tenant_id text, thread_id text, conversation_id text, kind text, seq bigint, fence bigint, interrupted boolean,
  why text, event_id text, channel text, payload bytea, attempts integer, accepted_at timestamptz,
  checkpoint_id text, checkpoint_seq bigint, checkpoint bytea, checkpoint_writes bytea,
  customer_id text, status text, status_since timestamptz, owner_id text, verified boolean, last_entry_no bigint,
  profile bytea, tier text, language text, started_at timestamptz,
  action_ids text[], action_names text[], action_states text[], action_details bytea[]
);

create function claim_turn(p_now timestamptz, p_lease_s float8, p_thread text default null) returns setof claimed
language plpgsql security definer set search_path = public as $$
declare
  t threads%rowtype;
  r claimed;
begin
  select * into t from threads
    where head_due_at <= p_now and (lease_until is null or lease_until <= p_now)
      and (p_thread is null or thread_id = p_thread)
    order by urgency desc, head_due_at limit 1
    for update skip locked;
  if not found then
    return;
  end if;
  update threads set fence = fence + 1, lease_until = p_now + make_interval(secs => p_lease_s)
    where tenant_id = t.tenant_id and thread_id = t.thread_id
    returning * into t;

  r.tenant_id := t.tenant_id; r.thread_id := t.thread_id; r.conversation_id := t.conversation_id;
  r.kind := t.kind; r.fence := t.fence; r.interrupted := t.interrupted;
  select i.seq, i.why, i.event_id, i.channel, i.payload, i.attempts, i.accepted_at
    into r.seq, r.why, r.event_id, r.channel, r.payload, r.attempts, r.accepted_at
    from inbox i where i.tenant_id = t.tenant_id and i.thread_id = t.thread_id and i.seq = t.last_seq + 1 and i.state = 'waiting';
  if not found then
    update threads set lease_until = null, head_due_at = null where tenant_id = t.tenant_id and thread_id = t.thread_id;
    return;
  end if;
  select k.checkpoint_id, k.seq, k.data, k.writes into r.checkpoint_id, r.checkpoint_seq, r.checkpoint, r.checkpoint_writes
    from checkpoints k where k.tenant_id = t.tenant_id and k.thread_id = t.thread_id and k.ns = ''
    order by k.seq desc, k.checkpoint_id desc limit 1;
  select c.customer_id, c.status, c.status_since, c.owner_id, c.verified, c.last_entry_no, p.profile, p.tier, p.language, c.started_at
    into r.customer_id, r.status, r.status_since, r.owner_id, r.verified, r.last_entry_no, r.profile, r.tier, r.language, r.started_at
    from conversations c join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
    where c.tenant_id = t.tenant_id and c.conversation_id = t.conversation_id;
  select array_agg(a.action_id), array_agg(a.action), array_agg(a.status), array_agg(a.detail)
    into r.action_ids, r.action_names, r.action_states, r.action_details
    from (select * from actions a where a.tenant_id = t.tenant_id and a.conversation_id = t.conversation_id
            and a.status in ('proposed', 'confirming', 'approving', 'running') order by a.created_at) a;
  return next r;
end $$;

-- Write lines of a conversation's timeline after number p_after; what goes out joins the outbox.
create function insert_entries(
  p_tenant text, p_conversation text, p_thread text, p_seq bigint, p_after bigint, p_ids text[], p_kinds text[],
  p_directions text[], p_senders text[], p_sender_ids text[], p_channels text[], p_texts bytea[], p_details bytea[],
  p_sentiments float8[], p_intents text[], p_highlights text[], p_now timestamptz
) returns void language sql security definer set search_path = public as $$
  with written as (
    insert into entries (tenant_id, conversation_id, entry_no, entry_id, thread_id, seq, kind, direction, sender, sender_id,
                         channel, text, detail, sentiment, intent, highlight, created_at)
      select p_tenant, p_conversation, p_after + e.n, e.id, p_thread, p_seq, e.kind, e.direction, e.sender, e.sender_id,
             e.channel, e.text, e.detail, e.sentiment, e.intent, e.highlight, p_now
      from unnest(p_ids, p_kinds, p_directions, p_senders, p_sender_ids, p_channels, p_texts, p_details, p_sentiments,
                  p_intents, p_highlights)
           with ordinality as e(id, kind, direction, sender, sender_id, channel, text, detail, sentiment, intent, highlight, n)
      on conflict (tenant_id, entry_id) do nothing
      returning entry_no, direction, channel
  )
  insert into outbox (tenant_id, conversation_id, entry_no, channel, due_at)
    select p_tenant, p_conversation, entry_no, channel, p_now from written where direction = 'outbound'
$$;

-- Append lines to a conversation's timeline; the caller holds the conversation's row lock. Returns the last number.
create function append_entries(
  p_tenant text, p_conversation text, p_thread text, p_seq bigint, p_ids text[], p_kinds text[], p_directions text[],
  p_senders text[], p_sender_ids text[], p_channels text[], p_texts bytea[], p_details bytea[], p_sentiments float8[],
  p_intents text[], p_highlights text[], p_now timestamptz
) returns bigint language plpgsql security definer set search_path = public as $$
declare v_first bigint; v_count integer := coalesce(array_length(p_ids, 1), 0);
begin
  update conversations set last_entry_no = last_entry_no + v_count, updated_at = p_now
    where tenant_id = p_tenant and conversation_id = p_conversation
    returning last_entry_no - v_count into v_first;
  perform insert_entries(p_tenant, p_conversation, p_thread, p_seq, v_first, p_ids, p_kinds, p_directions, p_senders,
                         p_sender_ids, p_channels, p_texts, p_details, p_sentiments, p_intents, p_highlights, p_now);
  return v_first + v_count;
end $$;

-- What became of a turn, and after which line of the timeline its own stand.
create type committed as (outcome text, after bigint);

-- Show a turn's whole outcome at once, or nothing of it.
-- 'committed' | 'committed_next_due' (the thread has another event) | 'lost_fence' (another worker owns it, or it is done) | 'person_took_over' (the assistant may not speak).
create function commit_turn(
  p_tenant text, p_thread text, p_seq bigint, p_fence bigint, p_claimed_at timestamptz, p_now timestamptz, p_speaks boolean,
  p_changes jsonb, p_preview bytea, p_preview_sender text,
  p_ids text[], p_kinds text[], p_directions text[], p_senders text[], p_sender_ids text[], p_channels text[], p_texts bytea[],
  p_details bytea[], p_sentiments float8[], p_intents text[], p_highlights text[],
  p_checkpoint_id text, p_parent_id text, p_checkpoint bytea, p_writes bytea, p_interrupted boolean,
  p_book text, p_trace bytea, p_ms float8, p_cpu_ms float8, p_event_types text[], p_event_data bytea[]
) returns committed language plpgsql security definer set search_path = public as $$
declare
  t threads%rowtype;
  c conversations%rowtype;
  v_why text;
  v_next timestamptz;
begin
  select * into t from threads where tenant_id = p_tenant and thread_id = p_thread for update;
  if not found or t.fence <> p_fence or t.last_seq <> p_seq - 1 then
    return row('lost_fence', 0)::committed;
  end if;
  select * into c from conversations where tenant_id = p_tenant and conversation_id = t.conversation_id for update;
  if p_speaks and (c.status in ('assigned', 'human_handling', 'waiting')
      or (c.status = 'escalating' and (p_claimed_at > c.status_since or p_now > c.status_since + interval '2 seconds'))) then
    return row('person_took_over', 0)::committed;
  end if;
  update inbox set state = 'done', done_at = p_now, error = null
    where tenant_id = p_tenant and thread_id = p_thread and seq = p_seq and state = 'waiting'
    returning why into v_why;
  if not found then
    return row('lost_fence', 0)::committed;
  end if;

  perform insert_entries(p_tenant, t.conversation_id, p_thread, p_seq, c.last_entry_no, p_ids, p_kinds, p_directions, p_senders,
                         p_sender_ids, p_channels, p_texts, p_details, p_sentiments, p_intents, p_highlights, p_now);
  update conversations set
      last_entry_no = last_entry_no + coalesce(array_length(p_ids, 1), 0),
      updated_at = p_now,
      status = coalesce(p_changes->>'status', case when v_why = 'message' and status = 'resolved' then 'active' else status end),
      status_since = case when coalesce(p_changes->>'status', status) <> status then p_now else status_since end,
      owner_id = case when p_changes->>'status' = 'active' then null else owner_id end,
      priority = coalesce(p_changes->>'priority', priority),
      urgency = coalesce((p_changes->>'urgency')::real, urgency),
      sentiment = coalesce((p_changes->>'sentiment')::real, sentiment),
      intent = coalesce(p_changes->>'intent', intent),
      reasons = case when p_changes ? 'reasons'
                     then array(select jsonb_array_elements_text(p_changes->'reasons')) else reasons end,
      verified = coalesce((p_changes->>'verified')::boolean, verified),
      waiting_since = case when p_changes ? 'waiting_since' then (p_changes->>'waiting_since')::timestamptz else waiting_since end,
      sla_due_at = case when p_changes ? 'sla_due_at' then (p_changes->>'sla_due_at')::timestamptz else sla_due_at end,
      preview = coalesce(p_preview, preview),
      preview_sender = coalesce(p_preview_sender, preview_sender),
      preview_at = case when p_preview is null then preview_at else p_now end
    where tenant_id = p_tenant and conversation_id = t.conversation_id;
  if p_checkpoint_id is not null then
    insert into checkpoints (tenant_id, thread_id, ns, checkpoint_id, parent_id, seq, data, writes, created_at)
      values (p_tenant, p_thread, '', p_checkpoint_id, p_parent_id, p_seq, p_checkpoint, p_writes, p_now);
  end if;
  insert into turns (tenant_id, thread_id, seq, conversation_id, why, fence, book_version, trace, ms, cpu_ms, committed_at)
    values (p_tenant, p_thread, p_seq, t.conversation_id, v_why, p_fence, p_book, p_trace, p_ms, p_cpu_ms, p_now);
  insert into events (tenant_id, conversation_id, type, data, at)
    select p_tenant, t.conversation_id, e.type, e.data, p_now from unnest(p_event_types, p_event_data) as e(type, data);
  select due_at into v_next from inbox where tenant_id = p_tenant and thread_id = p_thread and seq = p_seq + 1 and state = 'waiting';
  update threads set last_seq = p_seq, lease_until = null, head_due_at = v_next,
      interrupted = case when p_checkpoint_id is null then interrupted else p_interrupted end,
      urgency = coalesce((p_changes->>'urgency')::real, urgency)
    where tenant_id = p_tenant and thread_id = p_thread;
  return row(case when v_next is null then 'committed' else 'committed_next_due' end, c.last_entry_no)::committed;
end $$;

-- Keep a lease while a long turn still computes; false when the fence was raised meanwhile, or the turn is over: a lease
-- that came back after the commit would hold up the thread's next event.
create function renew_lease(p_tenant text, p_thread text, p_fence bigint, p_until timestamptz) returns boolean
language plpgsql security definer set search_path = public as $$
begin
  update threads set lease_until = p_until where tenant_id = p_tenant and thread_id = p_thread and fence = p_fence
    and lease_until is not null;
  return found;
end $$;

-- A turn that failed waits for its next try, or is set aside as dead so that the next message goes on.
create function fail_turn(p_tenant text, p_thread text, p_seq bigint, p_fence bigint, p_error text, p_due timestamptz, p_dead boolean,
                          p_now timestamptz)
returns boolean language plpgsql security definer set search_path = public as $$
declare t threads%rowtype; v_next timestamptz;
begin
  select * into t from threads where tenant_id = p_tenant and thread_id = p_thread for update;
  if not found or t.fence <> p_fence or t.last_seq <> p_seq - 1 then
    return false;
  end if;
  update inbox set attempts = attempts + 1, error = p_error, due_at = p_due,
      state = case when p_dead then 'dead' else state end, done_at = case when p_dead then p_now else done_at end
    where tenant_id = p_tenant and thread_id = p_thread and seq = p_seq;
  if p_dead then
    select due_at into v_next from inbox where tenant_id = p_tenant and thread_id = p_thread and seq = p_seq + 1 and state = 'waiting';
    update threads set last_seq = p_seq, lease_until = null, head_due_at = v_next where tenant_id = p_tenant and thread_id = p_thread;
  else
    update threads set lease_until = null, head_due_at = p_due where tenant_id = p_tenant and thread_id = p_thread;
  end if;
  return true;
end $$;

grant execute on all functions in schema public to frontdesk_app;
