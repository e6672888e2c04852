"""The sign-in page and the routes that open and end a session."""

from pathlib import Path
from string import Template

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from actions import sign_in as deeds
from actions.deed import now
from api.gate import COOKIE, same_origin
from db import account
from db.engine import reading
from db.query import Row
from gis.errors import AnjuError
from layers.escape import attribute, html
from words import LANGUAGES, say, say_error

_PAGE = Template((Path(__file__).parent / "sign_in.html").read_text(encoding="utf-8"))


def local_path(given: str | None) -> str:
    """Where to go after signing in: a path of this site, or the front page for anything else."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")) or "\n" in given or "\r" in given:
        return "/"
    return given


def _language(request: Request) -> str:
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


async def page(request: Request) -> Response:
    """GET: the form. POST: the session, then on to where the person wanted to go."""
    if request.method == "POST":
        return await _enter(request)
    return await _form(request, destination=local_path(request.query_params.get("next")))


async def _enter(request: Request) -> Response:
    lang = _language(request)
    if not same_origin(request):
        return PlainTextResponse(say("sign_in.other_site", lang), status_code=403)
    form = await request.form()
    login, password = _text(form, "login"), _text(form, "password")
    destination = local_path(_text(form, "next"))
    client = request.client.host if request.client else "-"
    try:
        opened = await run_in_threadpool(deeds.sign_in, login, password, client=client, at=now())
    except AnjuError as error:
        status = 429 if isinstance(error, deeds.ThrottledError) else 401
        return await _form(request, destination=destination, error=say_error(error, lang), login=login, status=status)
    response = RedirectResponse(destination, status_code=303)
    response.set_cookie(
        COOKIE, opened.token, max_age=int(deeds.LASTS.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https",
    )  # fmt: skip
    return response


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value[:500] if isinstance(value, str) else ""


async def _form(
    request: Request, *, destination: str, error: str | None = None, login: str = "", status: int = 200
) -> Response:
    lang = _language(request)
    demo = await run_in_threadpool(_demo)
    other = "zh" if lang == "en" else "en"
    body = _PAGE.substitute(
        lang="zh-CN" if lang == "zh" else "en",
        **{
            key: html(say(f"sign_in.{key}", lang))
            for key in ("title", "product", "promise", "login", "password", "enter")
        },
        error=f'<p class="error" role="alert">{html(error)}</p>' if error else "",
        login_value=attribute(login),
        next_value=attribute(destination),
        demo=_demo_list(demo, lang),
        other=html(say("sign_in.other_language", lang)),
        other_url=attribute(f"/sign-in?lang={other}"),
    )
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store", **STRICT})


STRICT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def _demo() -> list[Row]:
    with reading() as connection:
        return account.demo_accounts(connection)


def _demo_list(accounts: list[Row], lang: str) -> str:
    if not accounts:
        return ""
    rows = "".join(_demo_row(row, lang) for row in accounts)
    hint = html(say("sign_in.demo_hint", lang))
    return f'<section class="demo"><h2>{html(say("sign_in.demo", lang))}</h2><p>{hint}</p><ul>{rows}</ul></section>'


def _demo_row(row: Row, lang: str) -> str:
    role = say(f"role.{row['role']}", lang) if row["role"] else ""
    about = html(f"{row['county_name']} · {role} {row['name']}")
    login = html(row["login"])
    return f'<li><button type="button" data-login="{login}"><b>{login}</b><span>{about}</span></button></li>'


async def leave(request: Request) -> Response:
    """End the session and forget the cookie; only from this site's own pages."""
    if not same_origin(request):
        return PlainTextResponse(say("sign_in.other_site", _language(request)), status_code=403)
    token = request.cookies.get(COOKIE)
    if token:
        await run_in_threadpool(deeds.sign_out, token, at=now())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response
