"""The routers of the agents' workspace, for the composition of the API."""

from collections.abc import Iterator

from fastapi import APIRouter

from app.console.deps import ConsoleDeps
from app.search import router as search_router
from app.workspace import annotations_router, canned_router, knowledge_router, targets_router


def workspace_routers(deps: ConsoleDeps) -> Iterator[APIRouter]:
    """Build each router."""
    for part in (annotations_router, canned_router, knowledge_router, targets_router, search_router):
        yield part.build_router(deps)
