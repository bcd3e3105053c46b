-- What agents add to conversations for themselves and each other: notes, tags, snoozes, canned replies, saved views;
-- and how conversations are found by words that are stored only as ciphertext.

-- A line for colleagues only. Old rows hold: the list of kinds only grew.
alter table entries drop constraint entries_kind_check;
alter table entries add constraint entries_kind_check check (kind in ('message', 'notice', 'event', 'note')) not valid;

create table conversation_tags (
  tenant_id       text not null,
  conversation_id text not null,
  tag             text not null,          -- a word of the company's, never a customer's
  added_by        text not null,
  added_at        timestamptz not null,
  primary key (tenant_id, conversation_id, tag)
);
create index conversation_tags_by_tag on conversation_tags (tenant_id, tag);

-- Put aside until a time; a message of the customer brings it back sooner.
create table snoozes (
  tenant_id       text not null,
  conversation_id text not null,
  until           timestamptz not null,
  snoozed_by      text not null,
  snoozed_at      timestamptz not null,
  primary key (tenant_id, conversation_id)
);
create index snoozes_due on snoozes (tenant_id, until);

-- Up to which line an agent has read, and where a colleague named them.
create table read_marks (
  tenant_id       text not null,
  agent_id        text not null,
  conversation_id text not null,
  entry_no        bigint not null,
  primary key (tenant_id, agent_id, conversation_id)
);
create table mentions (
  tenant_id       text not null,
  agent_id        text not null,
  conversation_id text not null,
  entry_id        text not null,
  mentioned_at    timestamptz not null,
  seen_at         timestamptz,
  primary key (tenant_id, agent_id, entry_id)
);
create index mentions_open on mentions (tenant_id, agent_id, conversation_id) where seen_at is null;

create table canned_replies (
  tenant_id       text not null,
  name            text not null,
  text            bytea not null,
  updated_by      text not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, name)
);

create table saved_views (
  tenant_id       text not null,
  view_id         text not null,
  owner_id        text not null,
  shared          boolean not null,
  content         bytea not null,         -- its name and what it looks for: words may be customers' names
  saved_at        timestamptz not null,
  primary key (tenant_id, view_id)
);

-- One row a line that can be found. A word stands as the keyed hash of each of its beginnings; which word it was
-- cannot be read back, and another tenant's same word has another hash.
create table search_lines (
  tenant_id       text not null,
  conversation_id text not null,
  entry_no        bigint not null,
  written_at      timestamptz not null,
  words           bigint[] not null,
  primary key (tenant_id, conversation_id, entry_no)
);
create index search_lines_by_word on search_lines using gin (words);

-- How far the index is: the place in the feed, and while older conversations are taken in, the last one of those.
create table search_progress (
  tenant_id       text not null primary key,
  place           text not null,
  older_after     text
);

do $$ declare one text; begin
  foreach one in array array['conversation_tags', 'snoozes', 'read_marks', 'mentions', 'canned_replies', 'saved_views',
                             'search_lines', 'search_progress'] loop
    execute format('alter table %I enable row level security', one);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', one);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
  end loop;
end $$;

-- The newest lines that hold all the words. A function of the owner's, because under row-level security an index on an
-- array is not used: its operator is not leakproof. It looks at the bound tenant's rows only.
create function lines_with_words(p_words bigint[], p_most integer)
returns table (conversation_id text, entry_no bigint, written_at timestamptz)
language sql stable security definer set search_path = public as $$
  select s.conversation_id, s.entry_no, s.written_at from search_lines s
    where s.words @> p_words and s.tenant_id = current_setting('frontdesk.tenant', true)
    order by s.written_at desc limit p_most
$$;
grant execute on function lines_with_words(bigint[], integer) to frontdesk_app;
