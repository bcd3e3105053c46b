-- A claim also brings the actions that came to nothing: how risky a conversation is depends on them.

create or replace function claim_turn(p_now timestamptz, p_lease_s float8, p_thread text default null) returns setof claimed
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
            and a.status in ('proposed', 'confirming', 'approving', 'running', 'failed', 'rejected', 'expired')
            order by a.created_at) a;
  return next r;
end $$;
