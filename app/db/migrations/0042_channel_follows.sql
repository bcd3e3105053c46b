-- As before; a customer who writes from another channel is reached there from then on: by agents, notices, promises.
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
      returning entry_no, direction, channel, sender, kind
  ), moved as (
    update conversations c set channel = w.channel from written w
    where w.sender = 'customer' and w.kind = 'message' and c.tenant_id = p_tenant and c.conversation_id = p_conversation
      and c.channel <> w.channel
  )
  insert into outbox (tenant_id, conversation_id, entry_no, channel, due_at, created_at)
    select p_tenant, p_conversation, w.entry_no, w.channel, p_now, p_now from written w
    where w.direction = 'outbound'
      and exists (select from pushed_channels c where c.tenant_id in ('*', p_tenant) and c.channel = w.channel)
$$;
