"""A customer in the queue goes on without a person: the handoff is closed, the assistant answers again."""

from pathlib import Path

from graphs.draft import Draft, HandOff, Notice
from tests.chaos.inbox import TENANT, open_inbox

STATUS = "select status, waiting_since, sla_due_at from conversations where conversation_id = %s"
HANDOFFS = "select status from handoffs where conversation_id = %s"


async def test_who_needs_no_person_any_more_leaves_the_queue_at_once(database: str, tmp_path: Path) -> None:
    async with open_inbox(database, tmp_path) as inbox:
        conversation = (await inbox.writes("a human please")).conversation_id
        asked = HandOff(kind="asked", text="asked", rule=1, priority="normal", skills=("general",))
        await inbox.commits(await inbox.takes(conversation), Draft(hand_off=asked))
        async with inbox.database.tenant(TENANT) as conn:
            waiting = await (await conn.execute(STATUS, [conversation])).fetchone()
            assert waiting is not None
            assert waiting[0] == "escalating"
            assert waiting[1] is not None

        inbox.clock.passes(60)
        await inbox.writes("go on without a person")
        notice = Notice(
            text="All right, I go on.", template="waiting_withdrawn", buttons=(("Start", "/greeting"),)
        )
        gone_on = Draft(notices=[notice], in_queue=True, back_to_assistant=True)
        await inbox.commits(await inbox.takes(conversation), gone_on)

        async with inbox.database.tenant(TENANT) as conn:
            assert await (await conn.execute(STATUS, [conversation])).fetchone() == ("active", None, None)
            assert await (await conn.execute(HANDOFFS, [conversation])).fetchall() == [("closed",)]
        told = await inbox.timeline(conversation)
        assert "The customer needs no person any more. The assistant goes on." in [one.text for one in told]
        (said,) = [one for one in told if one.text == "All right, I go on."]
        assert [(one.title, one.payload) for one in said.buttons] == [("Start", "/greeting")]
