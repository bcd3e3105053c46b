-- What agents were advised to do and did, what they corrected, and which customers were asked how it was.

-- One row for each time an agent ran a suggestion. How it ended is read from the action, unless somebody says it.
create table suggestion_runs (
  tenant_id       text not null,
  run_id          text not null,
  conversation_id text not null,
  suggestion      text not null,          -- names it in the records: `refund.refund_order`, `escalate`
  kind            text not null check (kind in
    ('send_response', 'issue_refund', 'escalate', 'schedule_followup', 'update_order', 'send_documentation')),
  action_id       text,
  intent          text not null,
  mood            text not null check (mood in ('upset', 'low', 'calm')),
  confidence      real not null check (confidence between 0 and 1),
  agent_id        text not null,
  parameters      bytea not null,
  chosen_at       timestamptz not null,
  success         boolean,                -- said by a person; null: nobody said
  satisfaction    smallint check (satisfaction between 1 and 5),
  resolution_s    integer check (resolution_s >= 0),
  notes           bytea,
  told_by         text,
  told_at         timestamptz,
  primary key (tenant_id, run_id)
);
create index suggestion_runs_of_conversation on suggestion_runs (tenant_id, conversation_id, chosen_at);
create index suggestion_runs_by_time on suggestion_runs (tenant_id, chosen_at);

-- What was wrong with a turn, and what would have been right. The customer's words stay in the timeline.
create table corrections (
  tenant_id       text not null,
  correction_id   text not null,
  conversation_id text not null,
  seq             bigint not null,        -- of the turn
  kind            text not null check (kind in ('intent', 'answer', 'queue')),
  was             text,                   -- the intent or group that was chosen
  should_be       text,                   -- the intent or group that is right
  answer          bytea,                  -- the right answer
  note            bytea,
  agent_id        text,                   -- who had the conversation, when the queue was wrong
  author_id       text not null,
  status          text not null default 'open' check (status in ('open', 'accepted', 'rejected')),
  reviewed_by     text,
  reviewed_at     timestamptz,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, correction_id),
  unique (tenant_id, conversation_id, seq, kind)
);
create index corrections_by_time on corrections (tenant_id, created_at desc, correction_id desc);
create index corrections_of_queue on corrections (tenant_id, created_at) where kind = 'queue';

-- Whoever's conversation was resolved is asked how it was, once; the rating is kept where ratings are.
create table surveys (
  tenant_id       text not null,
  conversation_id text not null,
  resolved_at     timestamptz not null,
  asked_at        timestamptz not null,
  primary key (tenant_id, conversation_id, resolved_at)
);
create index surveys_by_time on surveys (tenant_id, asked_at);

do $$
declare t text;
begin
  foreach t in array array['suggestion_runs', 'corrections', 'surveys']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''frontdesk.tenant'', true))', t);
    execute format('grant select, insert, update, delete on %I to frontdesk_app', t);
  end loop;
end $$;
