"""The routers of the agents' workspace, for the composition of the API."""

from collections.abc import Iterator, Mapping

from fastapi import APIRouter

from app.console.deps import ConsoleDeps
from app.search import router as search_router
from app.workspace import annotations_router, canned_router, knowledge_router, targets_router


def nothing_canned(tenant_id: str) -> Mapping[str, str]:
    """Say that the book has no canned replies."""
    return {}


def workspace_routers(
    deps: ConsoleDeps, canned: canned_router.OfBook = nothing_canned
) -> Iterator[APIRouter]:
    """Build each router; `canned` gives the canned replies of a tenant's book."""
    yield canned_router.build_router(deps, canned)
    for part in (annotations_router, knowledge_router, targets_router, search_router):
        yield part.build_router(deps)
