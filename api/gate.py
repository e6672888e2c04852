"""The gate: who is asking, read from the cookie, for pages and routes alike."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from actions.deed import now
from actions.sign_in import who
from db.errors import DatabaseLostError
from inspections.access import Actor
from words import LANGUAGES, say_error

COOKIE = "anju_session"
OPEN_PATHS = (
    "/sign-in",
    "/sign-out",
    "/assets/",
    "/static/",
    "/health",
    "/favicon",
    "/_stcore/health",
    "/_stcore/host-config",
)


def signed_in(connection: HTTPConnection) -> tuple[Actor, str] | None:
    """The person behind a request or a socket and the language they read; None without a good session."""
    return who(connection.cookies.get(COOKIE), at=now())


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a form was sent from this site's own pages, by what browsers say of themselves."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = connection.headers.get("origin")
    return origin is None or origin.partition("://")[2] == connection.headers.get("host", "")


class Gate:
    """ASGI middleware: nothing but the sign-in page and its assets without a session.

    A page asked for by a browser is answered with the sign-in page and comes back afterwards; a route, an upload
    and a socket are refused with 401. Every answer carries the headers that keep it on this site.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, send to the sign-in page, or refuse."""
        if scope["type"] == "http":
            send = _at_home(scope, send)
        if scope["type"] not in {"http", "websocket"} or self._is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            known = await _has_session(connection)
        except DatabaseLostError as error:
            await _wait(scope, error)(scope, receive, send)
            return
        if known:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
        else:
            await _refuse(connection)(scope, receive, send)

    @staticmethod
    def _is_open(path: str) -> bool:
        return any(
            path == p or (p.endswith("/") and path.startswith(p)) or path.startswith(p + ".") for p in OPEN_PATHS
        )


POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host} wss://{host} data: blob:; "
    "worker-src 'self' blob:; frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
"""What a page may load: this site's own and nothing else. Streamlit and its charts need inline scripts and eval."""


def _at_home(scope: Scope, send: Send) -> Send:
    """Give every answer the headers that keep a page on this site, unless it brought stricter ones."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    safe = host if all(char.isalnum() or char in ".-:[]_" for char in host) else ""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", POLICY.format(host=safe))
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("X-Frame-Options", "SAMEORIGIN")
            headers.setdefault("Referrer-Policy", "same-origin")
        await send(message)

    return sent


async def _has_session(connection: HTTPConnection) -> bool:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(signed_in, connection) is not None


def _wait(scope: Scope, error: DatabaseLostError) -> ASGIApp:
    """Tell in both languages to come back, for nobody's language is known without the database."""
    if scope["type"] == "websocket":
        return WebSocketClose(code=1013)
    text = "\n".join(say_error(error, lang) for lang in LANGUAGES)
    return PlainTextResponse(text, status_code=503, headers={"Retry-After": "5"})


def _refuse(connection: HTTPConnection) -> Response:
    wants_page = "text/html" in connection.headers.get("accept", "") and connection.scope.get("method") == "GET"
    if not wants_page:
        return PlainTextResponse("401", status_code=401)
    from urllib.parse import quote

    path = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(path, safe='')}", status_code=303)
