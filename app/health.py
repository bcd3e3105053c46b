"""Liveness, readiness and figures for the people who keep the engine running."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.readiness import Readiness


def build_router(readiness: Readiness) -> APIRouter:
    """Build the routes that probes and Prometheus call."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready() -> Response:
        """Say whether messages are taken and answered, and who is away."""
        state = await readiness.look()
        body = {"ready": state.ready, "degraded": list(state.degraded)}
        headers = {} if state.ready else {"Retry-After": "2"}
        return JSONResponse(body, status_code=200 if state.ready else 503, headers=headers)

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Give Prometheus its figures."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
