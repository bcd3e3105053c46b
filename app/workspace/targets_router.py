"""`/api/v1/transfer-targets`: to whom a conversation can be passed on."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel

from app.auth.repository import all_agents
from app.auth.rights import ActsInConversations
from app.console.deps import ConsoleDeps
from app.people.repository import groups


class AgentTarget(BaseModel):
    """A colleague, with how much is on the desk."""

    agent_id: str
    name: str
    status: str
    skills: Sequence[str]
    load: int
    max_load: int


class Targets(BaseModel):
    """Colleagues, those who take conversations first, and groups by name."""

    agents: Sequence[AgentTarget]
    groups: Sequence[str]


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the route."""
    router = APIRouter(prefix="/api/v1", tags=["handoff"])

    @router.get("/transfer-targets")
    async def targets(caller: ActsInConversations) -> Targets:
        """List to whom a conversation can be passed on."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            people = await all_agents(conn, caller.tenant_id)
            own = [row.name for row in await groups(conn, caller.tenant_id)]
        agents = [
            AgentTarget(
                agent_id=person.user_id,
                name=person.name,
                status=person.status,
                skills=person.skills,
                load=person.load,
                max_load=person.max_load,
            )
            for person in people
        ]
        agents.sort(key=lambda one: (one.status != "online", one.load - one.max_load, one.name))
        return Targets(agents=agents, groups=sorted({*deps.handoff.desk().groups, *own}))

    return router
