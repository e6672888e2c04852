"""The routes beside the pages: sign-in, assets, tiles, photos, health."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from actions.deed import now
from actions.escalation import escalate
from actions.worker import work
from api import live, photos, sign_in, tiles
from db.engine import reading
from db.query import value
from db.settings import escalate_seconds, sends, upload_dir
from layers.assets import ASSETS_URL, asset_route_dirs

AGAIN_SECONDS = 30.0
_log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Throw away registers that were being worked on when the app last ended: they hold personal data in clear."""
    shutil.rmtree(upload_dir(), ignore_errors=True)
    beside = [asyncio.create_task(_climb(escalate_seconds())), *([asyncio.create_task(_send())] if sends() else [])]
    yield {}
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    shutil.rmtree(upload_dir(), ignore_errors=True)


async def _climb(every_seconds: float) -> None:
    """Urge what runs out and supervise what is late, for as long as the app runs; a failure is told and tried again."""
    while every_seconds > 0:
        await asyncio.sleep(every_seconds)
        try:
            await run_in_threadpool(lambda: escalate(at=now()))
        except Exception:
            _log.exception("the ladder of escalation was not climbed")


async def _send() -> None:
    """Send what leaves the system, for as long as the app runs; when the queue is lost it is looked for again."""
    while True:
        try:
            await work()
        except Exception:
            _log.exception("the worker of outgoing messages ended")
        await asyncio.sleep(AGAIN_SECONDS)


async def health(request: Request) -> Response:
    """Whether the database answers: 200 with its version, 503 otherwise."""
    try:
        return JSONResponse({"status": "ok", "postgis": await run_in_threadpool(_postgis)})
    except Exception:
        return JSONResponse({"status": "no database"}, status_code=503)


def _postgis() -> str:
    with reading() as connection:
        return str(value(connection, "health_postgis"))


def routes() -> list[BaseRoute]:
    """Every route that stands beside the pages."""
    return [
        Route("/sign-in", sign_in.page, methods=["GET", "POST"]),
        Route("/sign-out", sign_in.leave, methods=["GET", "POST"]),
        Route("/health", health),
        Route("/tiles/{layer}/{version}/{z:int}/{x:int}/{y:int}.mvt", tiles.tile),
        WebSocketRoute("/live", live.live),
        Route("/photo/{evidence_id:int}.jpg", photos.photo),
        Mount(f"{ASSETS_URL}/own", StaticFiles(directory=Path(__file__).parent / "static")),
        *(Mount(url, StaticFiles(directory=folder)) for url, folder in asset_route_dirs().items()),
    ]
