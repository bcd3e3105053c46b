-- Actions on the same thing take turns, whichever conversation or channel asked for them; what nobody can find out is a
-- person's task.
--
-- A lane is a blind index of customer and subject. Whoever begins or ends an action in a lane holds the lane's advisory
-- lock for the rest of the transaction. Lock order: threads, conversations, lanes, threads that never had an event.

alter table actions
  add column customer_id text,
  add column lane bytea,
  add column waits_for text[] not null default '{}',  -- names of actions that it may not run beside
  add column start bytea,                             -- the event that begins it, while it is queued
  add column queued_at timestamptz,
  add column began_at timestamptz,
  drop constraint actions_status_check,
  add constraint actions_status_check check (status in ('proposed', 'confirming', 'queued', 'approving', 'running', 'unknown',
    'done', 'failed', 'rejected', 'cancelled', 'expired'));
update actions a set customer_id = c.customer_id from conversations c
  where c.tenant_id = a.tenant_id and c.conversation_id = a.conversation_id;
create index actions_of_customer on actions (tenant_id, customer_id)
  where status in ('proposed', 'confirming', 'queued', 'approving', 'running', 'unknown');
create index actions_in_lane on actions (tenant_id, lane)
  where status in ('proposed', 'confirming', 'queued', 'approving', 'running', 'unknown');
create index actions_unanswered on actions (tenant_id, updated_at) where status = 'confirming';

alter table inbox drop constraint inbox_why_check;
alter table inbox add constraint inbox_why_check check (why in
  ('message', 'start', 'confirmation', 'decision', 'expiry', 'release', 'retry', 'ask', 'settle', 'look', 'dropped'));

-- What only a person can settle: an effect whose outcome cannot be learnt, one that failed for good, one half undone.
create table tasks (
  tenant_id       text not null,
  task_id         text not null,
  conversation_id text not null,
  action_id       text not null,
  thread_id       text not null,
  kind            text not null check (kind in ('unknown_outcome', 'failed_action', 'half_done')),
  status          text not null default 'open' check (status in ('open', 'happened', 'did_not_happen', 'done')),
  detail          bytea not null,
  note            bytea,
  settled_by      text,
  created_at      timestamptz not null,
  settled_at      timestamptz,
  look_at         timestamptz,            -- when the backend is asked once more
  looks           integer not null default 0,
  primary key (tenant_id, task_id)
);
create unique index tasks_one_open on tasks (tenant_id, action_id) where status = 'open';
create index tasks_listed on tasks (tenant_id, created_at desc);
create index tasks_to_look_at on tasks (tenant_id, look_at) where status = 'open';
create index tasks_of_conversation on tasks (tenant_id, conversation_id);
alter table tasks enable row level security;
create policy tenant_only on tasks using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on tasks to frontdesk_app;

alter type claimed add attribute action_conversations text[];
alter type claimed add attribute action_begun boolean[];

-- A claim brings the open actions of the customer in all conversations, and of this one also those that came to nothing.
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
  select array_agg(a.action_id), array_agg(a.action), array_agg(a.status), array_agg(a.detail),
         array_agg(a.conversation_id), array_agg(a.began_at is not null)
    into r.action_ids, r.action_names, r.action_states, r.action_details, r.action_conversations, r.action_begun
    from (select * from actions a where a.tenant_id = t.tenant_id and a.customer_id = r.customer_id
            and a.status in ('proposed', 'confirming', 'queued', 'approving', 'running', 'unknown')
          union all
          select * from actions a where a.tenant_id = t.tenant_id and a.conversation_id = t.conversation_id
            and a.status in ('failed', 'rejected', 'expired')
          order by created_at) a;
  return next r;
end $$;
