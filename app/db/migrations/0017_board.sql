-- What the supervisor's board counts, and customers whom a supervisor marks as important.

-- Lines of the timeline and conversations come in the order of time: ranges of pages say enough, at next to no cost a turn.
create index entries_in_time on entries using brin (created_at) with (pages_per_range = 32, autosummarize = on);
create index conversations_in_time on conversations using brin (started_at) with (pages_per_range = 32, autosummarize = on);
create index handoffs_in_time on handoffs (tenant_id, requested_at);
create index handoffs_of_agent on handoffs (tenant_id, agent_id, requested_at) where agent_id is not null;
create index handoffs_of_conversation on handoffs (tenant_id, conversation_id);

-- The flag is a tier of its own: while it is set, whatever else writes the customer's tier writes it beside the flag's.
alter table customers
  add column vip_tier text,
  add column own_tier text,
  add column vip_by text,
  add column vip_at timestamptz;

create function keep_vip_tier() returns trigger language plpgsql as $$
begin
  if new.vip_tier is not null then
    if new.tier <> new.vip_tier or new.own_tier is null then
      new.own_tier := new.tier;
    end if;
    new.tier := new.vip_tier;
  elsif old.vip_tier is not null then
    new.tier := coalesce(new.own_tier, new.tier);
    new.own_tier := null;
  end if;
  return new;
end $$;
create trigger keep_vip_tier before update of tier, vip_tier on customers
  for each row when (new.vip_tier is not null or old.vip_tier is not null) execute function keep_vip_tier();
