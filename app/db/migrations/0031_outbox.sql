-- The outbox: what must be carried to a channel, and what became of it. It holds only lines of channels that are
-- written to; who reads at the engine itself (widget, REST, API) finds the timeline, and needs no row here.

-- Rows until now were marked as delivered without having been carried anywhere.
delete from outbox;
drop index outbox_waiting;
alter table outbox
  drop constraint outbox_state_check,
  add constraint outbox_state_check check (state in ('waiting', 'sent', 'delivered', 'read', 'dead')),
  add column taken       bigint not null default 0,   -- raised by whoever takes it: a fence
  add column lease_until timestamptz,
  add column parts       integer not null default 0,  -- messages of it that the provider took so far
  add column error       text,
  add column created_at  timestamptz not null,
  add column tried_at    timestamptz,
  add column sent_at     timestamptz,
  add column stands_for  text;                        -- set: the channel that failed, whose place this one takes
create unique index outbox_once on outbox (tenant_id, conversation_id, entry_no, channel);
create index outbox_due on outbox (tenant_id, channel, due_at) where state = 'waiting';
create index outbox_lanes on outbox (tenant_id, conversation_id, channel, entry_no) where state = 'waiting';
create index outbox_dead on outbox (tenant_id, tried_at) where state = 'dead';
create index outbox_by_time on outbox (tenant_id, created_at);

-- A message that a provider took, found by the blind index of the provider's own id, which may hold an address.
create table outbox_parts (
  tenant_id      text not null,
  outbox_id      bigint not null references outbox on delete cascade,
  part           integer not null,
  provider_index bytea,
  state          text not null default 'sent' check (state in ('sent', 'delivered', 'read')),
  at             timestamptz not null,
  primary key (outbox_id, part)
);
create index outbox_parts_by_provider on outbox_parts (tenant_id, provider_index) where provider_index is not null;

-- What a provider reported before we had noted that it took the message.
create table outbox_early (
  tenant_id      text not null,
  provider_index bytea not null,
  state          text not null check (state in ('delivered', 'read', 'failed')),
  error          text,
  at             timestamptz not null,
  primary key (tenant_id, provider_index)
);

-- Channels that are written to, by the settings of this installation: '*' stands for every tenant.
create table pushed_channels (
  tenant_id text not null,
  channel   text not null,
  primary key (tenant_id, channel)
);

do $$
declare t text;
begin
  foreach t in array array['outbox_parts', 'outbox_early', 'pushed_channels']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;

-- Say which channels are written to from now on.
create function push_channels(p_channels text[]) returns void
language sql security definer set search_path = public as $$
  delete from pushed_channels where tenant_id = '*' and not (channel = any(p_channels));
  insert into pushed_channels (tenant_id, channel) select '*', unnest(p_channels) on conflict do nothing;
$$;

-- Whose outbox has something to carry now, and in how many conversations; names of tenants, nothing of theirs.
create function tenants_with_outbox(p_channels text[], p_now timestamptz) returns table (tenant_id text, channel text, lines bigint)
language sql stable security definer set search_path = public as $$
  select o.tenant_id, o.channel, count(*) from outbox o
  where o.state = 'waiting' and o.channel = any(p_channels) and o.due_at <= p_now
    and (o.lease_until is null or o.lease_until <= p_now)
    and not exists (select from outbox b
      where b.tenant_id = o.tenant_id and b.conversation_id = o.conversation_id and b.channel = o.channel
        and b.state = 'waiting' and b.entry_no < o.entry_no)
  group by o.tenant_id, o.channel
$$;
grant execute on function push_channels, tenants_with_outbox to frontdesk_app;

-- Write lines of a conversation's timeline after number p_after; what must be carried somewhere joins the outbox.
create or replace function insert_entries(
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
  insert into outbox (tenant_id, conversation_id, entry_no, channel, due_at, created_at)
    select p_tenant, p_conversation, w.entry_no, w.channel, p_now, p_now from written w
    where w.direction = 'outbound'
      and exists (select from pushed_channels c where c.tenant_id in ('*', p_tenant) and c.channel = w.channel)
$$;
