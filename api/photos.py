"""Photos of visits and tickets, to those who may see the case."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from actions.deed import now
from actions.evidence import open_photo
from api.gate import signed_in
from gis.errors import AnjuError
from inspections.access import RefusedError


async def photo(request: Request) -> Response:
    """GET /photo/{id}.jpg: the stored picture; 403 for those who may not see it, 404 where there is none."""
    return await run_in_threadpool(_photo, request)


def _photo(request: Request) -> Response:
    found = signed_in(request)
    if found is None:
        return PlainTextResponse("401", status_code=401)
    try:
        content, mime = open_photo(int(request.path_params["evidence_id"]), actor=found[0], at=now())
    except RefusedError:
        return PlainTextResponse("403", status_code=403)
    except AnjuError:
        return PlainTextResponse("404", status_code=404)
    return Response(content, media_type=mime, headers={
        "Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    })  # fmt: skip
