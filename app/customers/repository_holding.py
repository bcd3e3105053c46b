"""Holds people still while whose they are, or whether they are anybody, is changed."""

from collections.abc import Sequence

from psycopg import AsyncConnection

# The same locks under which messages of these people come in (accept_message): none slips in between.
HOLD_PEOPLE = """select pg_advisory_xact_lock(p.k) from (
    select distinct hashtextextended(%(tenant)s || encode(f.i, 'hex'), 1) as k from (
      select external_index as i from customers
        where tenant_id = %(tenant)s and customer_id = any(%(customers)s) and external_index is not null
      union all
      select address_index from identities
        where tenant_id = %(tenant)s and customer_id = any(%(customers)s)) f
    order by k offset 0) p"""
LOCK_THREADS = """select from threads t join conversations c
    on c.tenant_id = t.tenant_id and c.conversation_id = t.conversation_id
  where c.tenant_id = %(tenant)s and c.customer_id = any(%(customers)s)
  order by t.thread_id for update of t"""
LOCK_CONVERSATIONS = """select from conversations
  where tenant_id = %(tenant)s and customer_id = any(%(customers)s) order by conversation_id for update"""


async def hold(conn: AsyncConnection, tenant_id: str, customers: Sequence[str]) -> None:
    """Let nothing of these customers come in or be committed until the transaction ends.

    In the order that everybody keeps: people, threads, conversations, customers. Who changes
    the customers themselves locks their rows after this.
    """
    named = {"tenant": tenant_id, "customers": list(customers)}
    for held in (HOLD_PEOPLE, LOCK_THREADS, LOCK_CONVERSATIONS):
        await conn.execute(held.encode(), named)


async def hold_conversations(conn: AsyncConnection, tenant_id: str, customers: Sequence[str]) -> None:
    """Hold customers' conversations, where their rows and the customers' own are changed together."""
    await conn.execute(LOCK_CONVERSATIONS, {"tenant": tenant_id, "customers": list(customers)})
