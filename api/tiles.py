"""Vector tiles of the houses, cut to what the person asking may see."""

import gzip
import hashlib
import time
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.gate import signed_in
from db import tile as tiles
from db.engine import reading
from layers.tiles import COLOURS

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_ZOOM = 20
FRESH_SECONDS = 1.0
"""A tile may be this old: a house that moved is seen to have moved within it."""
MOST_KEPT = 4_000


async def tile(request: Request) -> Response:
    """GET /tiles/{layer}/{version}/{z}/{x}/{y}.mvt: gzipped MVT with an ETag; 401, 403, 404 otherwise.

    ``?colour=red&colour=orange`` leaves only houses of these colours in it.
    """
    return await run_in_threadpool(_tile, request)


def _tile(request: Request) -> Response:
    found = signed_in(request)
    if found is None:
        return PlainTextResponse("401", status_code=401)
    actor, _ = found
    path = request.path_params
    z, x, y = path["z"], path["x"], path["y"]
    colours = request.query_params.getlist("colour")
    known = path["layer"] == "houses" and set(colours) <= set(COLOURS)
    if not known or not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        return PlainTextResponse("404", status_code=404)
    if not actor.may("map.view"):
        return PlainTextResponse("403", status_code=403)
    moment = int(time.monotonic() / FRESH_SECONDS)
    tag, packed = _packed(moment, tiles.scope(actor, z), z, x, y, tuple(sorted(set(colours))))
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(packed, media_type=MEDIA_TYPE, headers=headers | {"Content-Encoding": "gzip"})


@lru_cache(maxsize=MOST_KEPT)
def _packed(
    moment: int, scope: tiles.Scope, z: int, x: int, y: int, colours: tuple[str, ...]
) -> tuple[str, bytes]:  # fmt: skip
    """The tag and the packed tile of a scope, cut once a ``moment``: whoever sees the same gets the same bytes."""
    with reading() as connection:
        body = tiles.cut(connection, scope, z=z, x=x, y=y, colours=colours or None)
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"', gzip.compress(body, 5)
