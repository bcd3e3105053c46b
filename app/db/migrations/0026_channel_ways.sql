-- Where a customer's address on a channel is answered when the address alone does not say it: the channel or thread
-- of a team's chat, for example. The newest message's way holds.
create table channel_ways (
  tenant_id       text not null,
  channel         text not null,
  address_index   bytea not null,
  way             bytea not null,          -- sealed: it names places where customers write
  kept_at         timestamptz not null,
  primary key (tenant_id, channel, address_index)
);
alter table channel_ways enable row level security;
create policy tenant_only on channel_ways using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on channel_ways to frontdesk_app;
