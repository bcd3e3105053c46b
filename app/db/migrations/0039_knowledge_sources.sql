-- Articles are drafted, published together as releases, taken from sources, and judged by their readers.

alter table article_versions
  add column review_on date,                        -- its owner looks at it again on this day
  add column expires_on date;                       -- from this day on nothing is answered from it
create index article_versions_by_content on article_versions (tenant_id, article_id, content_hash);

-- What was published together, under a number that only grows. Going back to a release makes a new one.
create table knowledge_releases (
  tenant_id  text not null,
  number     integer not null,
  name       text not null,                         -- knowledge_states.version while it was in force
  shown      jsonb not null,                        -- article -> version
  commonness jsonb not null,
  restores   integer,
  note       text not null,
  made_by    text not null,
  made_at    timestamptz not null default now(),
  primary key (tenant_id, number)
);

-- The next text of an article, not published yet; without a text it is to be withdrawn.
create table article_drafts (
  tenant_id  text not null,
  article_id text not null,
  text       text,
  base       integer,                               -- the version it was begun from
  revision   integer not null default 1,
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, article_id)
);

-- Where an article came from, and what it said there when it was last looked at.
create table article_origins (
  tenant_id    text not null,
  article_id   text not null,
  source_id    text not null,
  origin       text not null,
  content_hash text not null,
  primary key (tenant_id, article_id)
);

create table knowledge_sources (
  tenant_id     text not null,
  source_id     text not null,
  address       text not null,
  terms         jsonb not null,                     -- domain, owner, language, allowed hosts, published at once or not
  every_minutes integer check (every_minutes > 0),  -- null: only when somebody imports it
  due_at        timestamptz,
  last_at       timestamptz,
  last_report   jsonb,
  primary key (tenant_id, source_id)
);

create table article_votes (
  tenant_id  text not null,
  article_id text not null,
  voter      bytea not null,                        -- blind index of the browser: a second vote replaces the first
  version    integer not null,
  helpful    boolean not null,
  voted_at   timestamptz not null,
  primary key (tenant_id, article_id, voter)
);

-- Questions without an answer that an owner has dealt with, by blind index: their words are kept nowhere else.
create table closed_gaps (
  tenant_id text not null,
  question  bytea not null,
  closed_by text not null,
  closed_at timestamptz not null,
  primary key (tenant_id, question)
);

do $$
declare t text;
begin
  foreach t in array array['knowledge_releases', 'article_drafts', 'article_origins', 'knowledge_sources',
                           'article_votes', 'closed_gaps'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;
