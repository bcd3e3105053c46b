-- Help articles, their versions, and the passages that answers are drawn from. Articles are public: not encrypted.
-- A version is never changed once published; withdrawing or rolling back only moves articles.version.

create function text_config(language text) returns regconfig
language sql immutable strict parallel safe as $$
  select case language
    when 'en' then 'pg_catalog.english'::regconfig
    when 'de' then 'pg_catalog.german'::regconfig
    when 'fr' then 'pg_catalog.french'::regconfig
    when 'es' then 'pg_catalog.spanish'::regconfig
    when 'it' then 'pg_catalog.italian'::regconfig
    when 'nl' then 'pg_catalog.dutch'::regconfig
    when 'sv' then 'pg_catalog.swedish'::regconfig
    else 'pg_catalog.simple'::regconfig
  end
$$;

create table articles (
  tenant_id  text not null,
  article_id text not null,
  version    integer,           -- the published one; null once withdrawn
  primary key (tenant_id, article_id)
);

create table article_versions (
  tenant_id    text not null,
  article_id   text not null,
  version      integer not null,
  title        text not null,
  domain       text not null,
  owner        text not null,
  language     text not null,
  audience     text not null,
  updated_on   date not null,
  keywords     text[] not null,
  body         text not null,
  content_hash text not null,
  published_at timestamptz not null default now(),
  primary key (tenant_id, article_id, version),
  foreign key (tenant_id, article_id) references articles (tenant_id, article_id) on delete cascade
);

create table chunks (
  tenant_id        text not null,
  article_id       text not null,
  version          integer not null,
  ordinal          integer not null,
  live             boolean not null,     -- belongs to the published version
  language         text not null,
  title            text not null,
  heading          text not null,
  anchor           text not null,
  body             text not null,
  sentences        text[] not null,
  embedding        halfvec(384),         -- null until the encoder was there
  sentence_vectors halfvec(384)[],
  words            tsvector not null,
  primary key (tenant_id, article_id, version, ordinal),
  foreign key (tenant_id, article_id, version)
    references article_versions (tenant_id, article_id, version) on delete cascade
);
create index chunks_by_meaning on chunks using hnsw (embedding halfvec_cosine_ops) where live;
create index chunks_by_words on chunks using gin (words) where live;

create table knowledge_states (
  tenant_id    text primary key,
  version      text not null,            -- hash over the published versions: a rollback gives the old one back
  commonness   jsonb not null,           -- word stem -> number of passages that hold it, under '' their number
  published_at timestamptz not null default now()
);

alter table articles enable row level security;
alter table article_versions enable row level security;
alter table chunks enable row level security;
alter table knowledge_states enable row level security;
create policy tenant_only on articles using (tenant_id = current_setting('frontdesk.tenant', true));
create policy tenant_only on article_versions using (tenant_id = current_setting('frontdesk.tenant', true));
create policy tenant_only on chunks using (tenant_id = current_setting('frontdesk.tenant', true));
create policy tenant_only on knowledge_states using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on articles, article_versions, chunks, knowledge_states to frontdesk_app;

-- Passages by meaning and by words in one round trip, fused by reciprocal rank (k = 60); an article gives three at
-- most, so that a broad one cannot fill the list. The scan goes on past other tenants' rows until enough are found.
create function search_chunks(
  p_tenant text, p_language text, p_question text, p_vector halfvec, p_most integer
) returns table (
  article_id text, version integer, title text, heading text, anchor text, body text, sentences text[],
  keywords text[], score double precision, similarity double precision, sentence_similarities double precision[]
)
language sql stable set hnsw.iterative_scan = 'strict_order' as $$
  with asked as (
    select replace(plainto_tsquery(text_config(p_language), p_question)::text, ' & ', ' | ')::tsquery as query
  ), by_meaning as (
    select c.article_id, c.version, c.ordinal, row_number() over (order by c.embedding <=> p_vector) as rank
    from chunks c
    where c.live and c.tenant_id = p_tenant and c.language = p_language
      and p_vector is not null and c.embedding is not null
    order by c.embedding <=> p_vector limit 40
  ), by_words as (
    select c.article_id, c.version, c.ordinal,
      row_number() over (order by ts_rank_cd(c.words, asked.query, 1) desc, c.article_id, c.ordinal) as rank
    from chunks c, asked
    where c.live and c.tenant_id = p_tenant and c.language = p_language and c.words @@ asked.query
    order by rank limit 40
  ), fused as (
    select article_id, version, ordinal, sum(1.0 / (60 + rank))::double precision as score
    from (select * from by_meaning union all select * from by_words) as found
    group by article_id, version, ordinal
  ), capped as (
    select *, row_number() over (partition by article_id order by score desc, ordinal) as place from fused
  )
  select c.article_id, c.version, c.title, c.heading, c.anchor, c.body, c.sentences, v.keywords, f.score,
    1 - (c.embedding <=> p_vector),
    array(select 1 - (v <=> p_vector) from unnest(c.sentence_vectors) with ordinality as s(v, n) order by n)
  from capped f join chunks c using (article_id, version, ordinal)
    join article_versions v using (tenant_id, article_id, version)
  where c.tenant_id = p_tenant and f.place <= 3
  order by f.score desc, c.article_id, c.ordinal
  limit p_most
$$;
grant execute on function search_chunks(text, text, text, halfvec, integer) to frontdesk_app;
