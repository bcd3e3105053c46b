-- Up to which line a customer has read in an open page; what agents have read stands in read_marks.
create table customer_reads (
  tenant_id       text not null,
  conversation_id text not null,
  entry_no        bigint not null,
  read_at         timestamptz not null,
  primary key (tenant_id, conversation_id)
);
alter table customer_reads enable row level security;
create policy tenant_only on customer_reads using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on customer_reads to frontdesk_app;

-- A code that is asked for under a key is sent once: what did not go out is sent again, what did is not.
alter table contact_codes add column sent_at timestamptz;
