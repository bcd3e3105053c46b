-- What a search reads: one narrow row for each published passage, kept up by the database itself, so that whoever
-- publishes, withdraws or rolls back has nothing to remember. Narrow because the vectors of a whole company are compared
-- one by one: that is exact and, up to some thousand passages, cheaper than walking a graph that others share.

create extension if not exists btree_gin;

alter table article_versions
  add column products text[] not null default '{}',   -- it is only about these; empty: about all
  add column valid_from date;                         -- before this day nothing is answered from it

create table passages (
  tenant_id   text not null,
  article_id  text not null,
  version     integer not null,
  ordinal     integer not null,
  language    text not null,
  audience    text not null,
  products    text[] not null,
  valid_from  date,
  expires_on  date,
  names       text not null,                          -- title, heading and keywords in small letters, for misspelt names
  indexed     boolean not null,                       -- its company is too large to be compared one by one
  embedding   halfvec(384),
  primary key (tenant_id, article_id, version, ordinal)
) partition by hash (tenant_id);
do $$
begin
  for part in 0..7 loop
    execute format('create table passages_%s partition of passages for values with (modulus 8, remainder %s)', part, part);
    execute format('alter table passages_%s enable row level security', part);
  end loop;
end $$;
create index passages_of_tenant on passages (tenant_id, language);
create index passages_by_name on passages using gin (tenant_id, names gin_trgm_ops);
create index passages_by_meaning on passages using hnsw (embedding halfvec_cosine_ops) with (ef_construction = 120)
  where indexed;

alter table passages enable row level security;
create policy tenant_only on passages using (tenant_id = current_setting('frontdesk.tenant', true));
grant select, insert, update, delete on passages to frontdesk_app;

drop index chunks_by_meaning, chunks_by_words;
create index chunks_by_words on chunks using gin (tenant_id, words) where live;

alter table knowledge_states
  add column passages integer not null default 0,
  add column indexed boolean not null default false;

-- Up to so many passages of one company are compared one by one.
create function most_compared() returns integer language sql immutable parallel safe as $$ select 6000 $$;

create function show_passage() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.live then
    delete from passages p where p.tenant_id = old.tenant_id and p.article_id = old.article_id
      and p.version = old.version and p.ordinal = old.ordinal;
  end if;
  if tg_op <> 'DELETE' and new.live then
    insert into passages
    select new.tenant_id, new.article_id, new.version, new.ordinal, new.language, v.audience, v.products,
      v.valid_from, v.expires_on,
      lower(new.title || ' ' || new.heading || ' ' || array_to_string(v.keywords, ' ')),
      coalesce((select s.indexed from knowledge_states s where s.tenant_id = new.tenant_id), false), new.embedding
    from article_versions v
    where v.tenant_id = new.tenant_id and v.article_id = new.article_id and v.version = new.version;
  end if;
  return null;
end $$;
create trigger show_passage after insert or delete or update of live, embedding on chunks
  for each row execute function show_passage();

-- Every publication writes the state last: then the passages are counted, and a company that has grown too large to be
-- compared one by one is indexed from here on.
create function count_passages() returns trigger language plpgsql as $$
begin
  new.passages := (select count(*) from passages p where p.tenant_id = new.tenant_id);
  if new.passages > most_compared() and not new.indexed then
    update passages p set indexed = true where p.tenant_id = new.tenant_id;
    new.indexed := true;
  end if;
  return new;
end $$;
create trigger count_passages before insert or update on knowledge_states
  for each row execute function count_passages();

insert into passages
select c.tenant_id, c.article_id, c.version, c.ordinal, c.language, v.audience, v.products, v.valid_from, v.expires_on,
  lower(c.title || ' ' || c.heading || ' ' || array_to_string(v.keywords, ' ')), false, c.embedding
from chunks c join article_versions v using (tenant_id, article_id, version) where c.live;
update knowledge_states set published_at = published_at;

-- Whether a passage may answer: it is for these readers, valid on this day, and about one of these products or any.
create function may_answer(
  passage passages, p_language text, p_audience text, p_today date, p_products text[]
) returns boolean language sql immutable parallel safe as $$
  select passage.language = p_language and passage.audience = p_audience
    and (passage.valid_from is null or passage.valid_from <= p_today)
    and (passage.expires_on is null or passage.expires_on > p_today)
    and (passage.products = '{}' or p_products is null or passage.products && p_products)
$$;

create function nearest_compared(
  p_tenant text, p_language text, p_vector halfvec, p_today date, p_products text[], p_audience text, p_most integer
) returns table (article_id text, version integer, ordinal integer, distance double precision)
language sql stable as $$
  select p.article_id, p.version, p.ordinal, p.embedding <=> p_vector
  from passages p
  where p.tenant_id = p_tenant and p.language = p_language and may_answer(p, p_language, p_audience, p_today, p_products)
    and p.embedding is not null
  -- Nothing is added, so that no index can give this order and every passage is compared.
  order by (p.embedding <=> p_vector) + 0 limit p_most
$$;

create function nearest_indexed(
  p_tenant text, p_language text, p_vector halfvec, p_today date, p_products text[], p_audience text, p_most integer
) returns table (article_id text, version integer, ordinal integer, distance double precision)
language sql stable
set hnsw.iterative_scan = 'relaxed_order' set hnsw.ef_search = 200 set enable_sort = off set enable_bitmapscan = off as $$
  select p.article_id, p.version, p.ordinal, p.embedding <=> p_vector
  from passages p
  where p.indexed and p.tenant_id = p_tenant and may_answer(p, p_language, p_audience, p_today, p_products)
  order by p.embedding <=> p_vector limit p_most
$$;
grant execute on function nearest_compared, nearest_indexed to frontdesk_app;

-- Passages by meaning, by words and by misspelt names in one statement, fused by reciprocal rank (k = 60); an article
-- gives three at most, so that a broad one cannot fill the list. Every row carries the name of what is published, read
-- in the same snapshot: an answer never mixes two versions. Where nothing is found, one row without a passage says so.
-- It reads past row-level security, below which a search for words could use no index: it names its tenant everywhere,
-- and says nothing over a connection that is bound to another one.
create function search_knowledge(
  p_tenant text, p_language text, p_words text, p_names text[], p_vector halfvec, p_today date, p_products text[],
  p_audience text, p_most integer
) returns table (
  knowledge text, article_id text, version integer, title text, heading text, anchor text, body text,
  sentences text[], keywords text[], score double precision, similarity double precision,
  sentence_similarities double precision[]
)
language plpgsql stable security definer
set search_path = public set pg_trgm.word_similarity_threshold = 0.5 set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_knowledge text; v_indexed boolean; v_today date := coalesce(p_today, current_date);
  v_query tsquery := replace(plainto_tsquery(text_config(p_language), p_words)::text, ' & ', ' | ')::tsquery;
begin
  if coalesce(current_setting('frontdesk.tenant', true), '') not in ('', p_tenant) then
    return;
  end if;
  select s.version, s.indexed into v_knowledge, v_indexed from knowledge_states s where s.tenant_id = p_tenant;
  if not found then
    return;
  end if;
  return query
  with near as (
    select * from nearest_compared(p_tenant, p_language, p_vector, v_today, p_products, p_audience, 40)
    where p_vector is not null and not v_indexed
    union all
    select * from nearest_indexed(p_tenant, p_language, p_vector, v_today, p_products, p_audience, 40)
    where p_vector is not null and v_indexed
  ), by_meaning as (
    select article_id, version, ordinal, row_number() over (order by distance, article_id, ordinal) as rank from near
  ), worded as (
    select c.article_id, c.version, c.ordinal, ts_rank_cd(c.words, v_query, 1) as weight
    from chunks c
    where c.live and c.tenant_id = p_tenant and c.language = p_language and c.words @@ v_query
    order by weight desc, c.article_id, c.ordinal limit 120
  ), by_words as (
    select w.article_id, w.version, w.ordinal,
      row_number() over (order by w.weight desc, w.article_id, w.ordinal) as rank
    from worded w join passages p
      on p.tenant_id = p_tenant and p.article_id = w.article_id and p.version = w.version and p.ordinal = w.ordinal
    where may_answer(p, p_language, p_audience, v_today, p_products)
    order by rank limit 40
  ), by_name as (
    select p.article_id, p.version, p.ordinal,
      row_number() over (order by max(word_similarity(n.name, p.names)) desc, p.article_id, p.ordinal) as rank
    from unnest(p_names) as n(name) join passages p on p.tenant_id = p_tenant and n.name <% p.names
    where may_answer(p, p_language, p_audience, v_today, p_products)
    group by p.article_id, p.version, p.ordinal
    order by rank limit 20
  ), fused as (
    select article_id, version, ordinal, sum(1.0 / (60 + rank))::double precision as score
    from (select * from by_meaning union all select * from by_words union all select * from by_name) as found
    group by article_id, version, ordinal
  ), capped as (
    select *, row_number() over (partition by article_id order by score desc, ordinal) as place from fused
  ), best as (
    select * from capped where place <= 3 order by score desc, article_id, ordinal limit p_most
  )
  select v_knowledge, c.article_id, c.version, c.title, c.heading, c.anchor, c.body, c.sentences, v.keywords, b.score,
    1 - (c.embedding <=> p_vector),
    array(select 1 - (s.vector <=> p_vector) from unnest(c.sentence_vectors) with ordinality as s(vector, n) order by n)
  from (select) one
    left join best b on true
    left join chunks c on c.tenant_id = p_tenant and c.article_id = b.article_id and c.version = b.version
      and c.ordinal = b.ordinal
    left join article_versions v on v.tenant_id = p_tenant and v.article_id = b.article_id and v.version = b.version
  order by b.score desc nulls last, c.article_id, c.ordinal;
end $$;
grant execute on function search_knowledge to frontdesk_app;
drop function search_articles, search_chunks;
