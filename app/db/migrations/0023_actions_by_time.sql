-- What ended well lately is counted for recommended actions.
create index actions_by_time on actions (tenant_id, created_at desc);
-- A decision that is looked up by its thread: what LangGraph's clients call a thread's runs.
create index approvals_of_thread on approvals (tenant_id, thread_id, created_at desc);
