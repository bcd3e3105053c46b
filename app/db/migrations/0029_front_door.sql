-- What the front door keeps: programs that fetch access tokens with a secret of theirs, tokens that ended early,
-- and the files that came with messages.

create table oauth_clients (
  tenant_id   text not null,
  client_id   text not null unique,
  secret_hash bytea not null,
  name        text not null,
  scopes      text[] not null,
  created_at  timestamptz not null,
  revoked_at  timestamptz,
  primary key (tenant_id, client_id)
);

-- An access token that was given back before its time; the row goes when the token would have ended anyway.
create table oauth_ended_tokens (
  tenant_id  text not null,
  token_id   text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, token_id)
);
create index oauth_ended_tokens_by_time on oauth_ended_tokens (tenant_id, expires_at);

-- A file that came with a message, or waits for one. Its bytes lie in the blob store, encrypted with a key that only
-- this row holds: without the row nobody reads them.
create table attachments (
  tenant_id       text not null,
  attachment_id   text not null,
  conversation_id text,                       -- set with the message that brings it
  uploader        bytea not null,             -- blind index of who may send it: a visitor, a key
  media_type      text not null,
  size            bigint not null check (size >= 0),
  name            bytea not null,
  key             bytea not null,
  checked         boolean not null,           -- looked through for malware
  created_at      timestamptz not null,
  primary key (tenant_id, attachment_id),
  foreign key (tenant_id, conversation_id) references conversations on delete cascade
);
create index attachments_of_conversation on attachments (tenant_id, conversation_id);
create index attachments_unused on attachments (tenant_id, created_at) where conversation_id is null;

do $$
declare t text;
begin
  foreach t in array array['oauth_clients', 'oauth_ended_tokens', 'attachments']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;

-- A client is looked up before the tenant is known: by an id that nobody guesses, and only its secret opens it.
create function find_oauth_client(p_client text)
returns table (tenant_id text, client_id text, secret_hash bytea, scopes text[])
language sql security definer set search_path = public as $$
  select tenant_id, client_id, secret_hash, scopes from oauth_clients
    where client_id = p_client and revoked_at is null
$$;

-- What a client may do now, or nothing when it or this token of it has ended.
create function standing_of_token(p_tenant text, p_client text, p_token text)
returns table (scopes text[])
language sql security definer set search_path = public as $$
  select c.scopes from oauth_clients c
    where c.tenant_id = p_tenant and c.client_id = p_client and c.revoked_at is null
      and not exists (select from oauth_ended_tokens e where e.tenant_id = p_tenant and e.token_id = p_token)
$$;
grant execute on function find_oauth_client, standing_of_token to frontdesk_app;
