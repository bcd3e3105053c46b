-- The audit as a chain: every reply that was sent and every line of the audit has a link, and each link depends
-- on the one before it and on a key that the database does not hold. Links are added behind the conversations,
-- following what was committed; none is ever changed.

-- Which transaction wrote a line, so that lines are taken in complete order.
alter table audit add column xact xid8 not null default pg_current_xact_id();
create index audit_in_order on audit (tenant_id, xact, audit_id);

create table audit_chain (
  tenant_id text not null,
  number    bigint not null,                        -- without gaps, from 1
  kind      text not null check (kind in ('reply', 'deed', 'erased')),
  subject   text not null default '',               -- a deed's audit_id; a reply's place stands in audited_replies
  covers    bigint[] not null default '{}',         -- the replies' links whose content was erased
  content   bytea not null,
  hash      bytea not null,
  primary key (tenant_id, number)
);
create unique index audit_chain_deeds on audit_chain (tenant_id, subject) where kind = 'deed';
create index audit_chain_erased on audit_chain (tenant_id, number) where kind = 'erased';

-- Where the reply of a link stands; erased with its conversation, while the link stays.
create table audited_replies (
  tenant_id       text not null,
  conversation_id text not null,
  entry_no        bigint not null,
  number          bigint not null,
  primary key (tenant_id, conversation_id, entry_no),
  unique (tenant_id, number)
);

-- The newest link, and up to where the feed and the audit were taken in. Whoever adds links holds this row.
create table audit_heads (
  tenant_id  text not null primary key,
  number     bigint not null default 0,
  hash       bytea not null default decode(repeat('00', 32), 'hex'),
  place      text not null default '0.0',
  deeds_xact xid8 not null default '0',
  deeds_id   text not null default ''
);

do $$
declare t text;
begin
  foreach t in array array['audit_chain', 'audited_replies', 'audit_heads']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert on %I to frontdesk_app', t);
  end loop;
end $$;
grant delete on audited_replies to frontdesk_app;
grant update on audit_heads to frontdesk_app;
