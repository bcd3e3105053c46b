-- One statement where there were two, for a message that a free worker can answer at once.

create type accepted_and_claimed as (accepted accepted, claimed claimed);

-- Store a message, and take its turn when nobody has the conversation: `claimed` is empty when somebody has.
create function accept_and_claim(
  p_tenant text, p_channel text, p_message_id text, p_conversation text, p_address_index bytea, p_address bytea,
  p_external_index bytea, p_new_customer text, p_profile bytea, p_tier text, p_language text, p_verified boolean,
  p_new_conversation text, p_begins boolean, p_event text, p_payload bytea, p_urgency float8, p_now timestamptz,
  p_lease_s float8
) returns setof accepted_and_claimed language plpgsql security definer set search_path = public as $$
declare
  r accepted_and_claimed;
  a accepted;
  c claimed;
begin
  a := accept_message(p_tenant, p_channel, p_message_id, p_conversation, p_address_index, p_address, p_external_index,
                      p_new_customer, p_profile, p_tier, p_language, p_verified, p_new_conversation, p_begins, p_event,
                      p_payload, p_urgency, p_now);
  r.accepted := a;
  if not a.duplicate and a.problem is null then
    select * into c from claim_turn(p_now, p_lease_s, a.conversation_id);
    r.claimed := c;
  end if;
  return next r;
end $$;
grant execute on function accept_and_claim to frontdesk_app;

-- Search one tenant's passages in one statement: it binds itself to the tenant, so row-level security still holds, and
-- on a connection that is bound to another it finds nothing.
create function search_articles(
  p_tenant text, p_language text, p_question text, p_vector halfvec, p_most integer
) returns table (
  article_id text, version integer, title text, heading text, anchor text, body text, sentences text[],
  keywords text[], score double precision, similarity double precision, sentence_similarities double precision[]
) language plpgsql as $$
begin
  if coalesce(current_setting('frontdesk.tenant', true), '') not in ('', p_tenant) then
    return;
  end if;
  perform set_config('frontdesk.tenant', p_tenant, true);
  return query select * from search_chunks(p_tenant, p_language, p_question, p_vector, p_most);
end $$;
grant execute on function search_articles to frontdesk_app;
