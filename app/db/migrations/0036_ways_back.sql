-- Keep the newest way back to an address in one statement, for whoever takes a message in.
create function keep_way(p_tenant text, p_channel text, p_index bytea, p_way bytea, p_now timestamptz) returns void
language sql security definer set search_path = public as $$
  insert into channel_ways (tenant_id, channel, address_index, way, kept_at)
    values (p_tenant, p_channel, p_index, p_way, p_now)
    on conflict (tenant_id, channel, address_index) do update set way = excluded.way, kept_at = excluded.kept_at
$$;
grant execute on function keep_way to frontdesk_app;
