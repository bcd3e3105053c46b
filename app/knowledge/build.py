"""Puts the help centre's room together: routes, and the votes on its public pages."""

import time
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from app.gateway.ports import Tenants
from app.knowledge import articles_router, releases_router, review_router, votes
from app.knowledge.asked import Unanswered
from app.knowledge.deps import KnowledgeDeps
from app.privacy.vault import Vault
from knowledge.ports import Embed


def include_knowledge(
    app: FastAPI, tenants: Tenants, vault: Vault, embed: Embed, clock: Callable[[], datetime], tenant_id: str
) -> None:
    """Add the routes of drafts, releases, gaps and votes."""
    unanswered = Unanswered(tenants=tenants, vault=vault, monotonic=time.monotonic)
    deps = KnowledgeDeps(tenants=tenants, vault=vault, clock=clock, embed=embed, unanswered=unanswered)
    for router in (articles_router, releases_router, review_router):
        app.include_router(router.build_router(deps))
    app.include_router(votes.build_router(deps, tenant_id))
