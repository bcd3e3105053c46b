-- Every version of a rule book that was ever in force, so that a conversation can end its flow on the version it began on,
-- also after a restart. The files of a book are the company's own words, not a customer's: compressed, not encrypted.

create table books (
  tenant_id   text not null,
  version     text not null,
  files       bytea not null,
  first_at    timestamptz not null,
  in_force_at timestamptz not null,  -- when it last came into force; the newest is the one that all engines serve
  primary key (tenant_id, version)
);
create index books_in_force on books (tenant_id, in_force_at desc);
alter table books enable row level security;
create policy tenant_only on books using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on books to frontdesk_app;
