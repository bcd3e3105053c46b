-- How many more conversations fit on an agent's desk is said in one place, for offering and for assigning.

-- Holds the agent still until the transaction ends; whoever is not there has no room.
create function room_at_desk(p_tenant text, p_agent text, p_handoff text, p_offers_since timestamptz)
  returns integer language plpgsql set search_path = public as $$
declare
  v_limit integer;
begin
  select u.max_load into v_limit from users u
    where u.tenant_id = p_tenant and u.user_id = p_agent and u.status = 'online' and u.deactivated_at is null
    for update;
  if not found then
    return 0;
  end if;
  return v_limit
    - (select count(*) from conversations c where c.tenant_id = p_tenant and c.owner_id = p_agent
        and c.status in ('assigned', 'human_handling', 'waiting'))
    - (select count(*) from handoffs h where h.tenant_id = p_tenant and h.offered_to = p_agent
        and h.status = 'queued' and h.offered_at > p_offers_since and h.handoff_id <> p_handoff);
end $$;

create or replace function assign_waiting(
  p_tenant text, p_conversation text, p_handoff text, p_agent text, p_offers_since timestamptz, p_now timestamptz
) returns table (channel text, customer_id text, profile bytea, preview bytea, priority text, reasons text[])
  language plpgsql set search_path = public as $$
begin
  perform 1 from threads t where t.tenant_id = p_tenant and t.thread_id = p_conversation for update;
  if not found or room_at_desk(p_tenant, p_agent, p_handoff, p_offers_since) <= 0 then
    return;
  end if;
  perform set_config('frontdesk.cause', 'assign', true), set_config('frontdesk.actor', 'system', true);
  update conversations c set status = 'assigned', status_since = p_now, owner_id = p_agent,
      waiting_since = null, sla_due_at = null, updated_at = p_now
    where c.tenant_id = p_tenant and c.conversation_id = p_conversation and c.owner_id is null
      and c.status = 'escalating';
  if not found then
    return;
  end if;
  update threads t set fence = t.fence + 1, lease_until = null
    where t.tenant_id = p_tenant and t.thread_id = p_conversation;
  update handoffs h set status = 'assigned', agent_id = p_agent, assigned_at = p_now
    where h.tenant_id = p_tenant and h.conversation_id = p_conversation and h.status in ('queued', 'assigned');
  return query select c.channel, p.customer_id, p.profile, c.preview, c.priority, c.reasons
    from conversations c join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
    where c.tenant_id = p_tenant and c.conversation_id = p_conversation;
end $$;

grant execute on function room_at_desk to frontdesk_app;
