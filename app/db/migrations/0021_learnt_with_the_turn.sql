-- What a turn learnt about its customer is kept by the statement that commits it.

create function keep_profile(
  p_committed committed, p_tenant text, p_customer text, p_profile bytea, p_tier text, p_language text
) returns committed language plpgsql security definer set search_path = public as $$
begin
  if p_committed.outcome in ('committed', 'committed_next_due') then
    update customers set profile = p_profile, tier = p_tier, language = p_language
      where tenant_id = p_tenant and customer_id = p_customer;
  end if;
  return p_committed;
end $$;

grant execute on function keep_profile to frontdesk_app;
