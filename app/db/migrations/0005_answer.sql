-- What a turn has said so far, in one statement for whoever waits for it in the same request.

-- One row a reply, and one row without a reply when there is none: `settled` once the event was answered or set aside,
-- `action_due` while an action it started is about to run. An action's report counts within p_grace seconds of the
-- turn's own reply, so that the same message sent again later gets the same answer.
create function read_answer(p_tenant text, p_conversation text, p_seq bigint, p_grace float8, p_now timestamptz)
returns table (
  settled boolean, action_due boolean, entry_no bigint, entry_id text, thread_id text, seq bigint, kind text,
  direction text, sender text, channel text, text bytea, detail bytea, created_at timestamptz
) language plpgsql stable security definer set search_path = public as $$
#variable_conflict use_column
declare v_settled boolean; v_due boolean; v_said timestamptz;
begin
  v_settled := exists (select from inbox i
    where i.tenant_id = p_tenant and i.thread_id = p_conversation and i.seq = p_seq and i.state <> 'waiting');
  if not v_settled then
    return query select false, false, null::bigint, null::text, null::text, null::bigint, null::text, null::text,
      null::text, null::text, null::bytea, null::bytea, null::timestamptz;
    return;
  end if;
  v_due := exists (select from inbox i
    where i.tenant_id = p_tenant and i.conversation_id = p_conversation and i.state = 'waiting'
      and i.thread_id <> p_conversation and i.due_at <= p_now);
  select min(e.created_at) into v_said from entries e
    where e.tenant_id = p_tenant and e.conversation_id = p_conversation and e.seq = p_seq
      and e.thread_id = p_conversation and e.direction = 'outbound';
  return query
    select true, v_due, e.entry_no, e.entry_id, e.thread_id, e.seq, e.kind, e.direction, e.sender, e.channel, e.text,
           e.detail, e.created_at
    from (select) one
    left join entries e on e.tenant_id = p_tenant and e.conversation_id = p_conversation and e.direction = 'outbound'
      and ((e.seq = p_seq and e.thread_id = p_conversation)
        or (e.thread_id <> p_conversation and e.created_at between v_said and v_said + make_interval(secs => p_grace)))
    order by e.entry_no;
end $$;
grant execute on function read_answer to frontdesk_app;
