"""What a page knows of the person in front of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from actions import sign_in
from actions.deed import now
from db import engine
from inspections.access import HOME, PAGES, Actor, RefusedError
from inspections.role import Role
from layers.escape import markdown
from words import say, say_error

COOKIE = "anju_session"
STAYS = timedelta(seconds=6)
"""How long what was said is said again when the page is drawn anew."""


@dataclass(frozen=True)
class View:
    """A page's view of the world: who looks, in which language, at which moment."""

    actor: Actor
    lang: str
    at: datetime

    def say(self, key: str, /, **fields: Any) -> str:
        """The catalogue's string in the reader's language."""
        return say(key, self.lang, **fields)

    def marked(self, key: str, /, **fields: Any) -> str:
        """The catalogue's string where Markdown is read: what people wrote stands in it as text."""
        return say(key, self.lang, **{name: markdown(value) for name, value in fields.items()})

    def error(self, error: Exception) -> str:
        """A domain error's message in the reader's language, fit for Markdown."""
        return markdown(say_error(error, self.lang))

    @property
    def county(self) -> str:
        """The county whose record is looked at."""
        return self.actor.county

    @property
    def home(self) -> str:
        """The page this person lands on: that of the first role they hold, in the order of the roles."""
        return next(HOME[role] for role in Role if role in self.actor.roles)

    def pages(self) -> list[str]:
        """Every page this person may open."""
        return [page for page in PAGES if self.actor.may_open(page)]


def current() -> View | None:
    """The view of whoever's session cookie came with this rerun; None when it is no good (any more).

    Asked of the database at each rerun, so that a shut account or an ended session shows at once.
    """
    at = now()
    found = sign_in.who(st.context.cookies.get(COOKIE), at=at)
    return View(actor=found[0], lang=found[1], at=at) if found is not None else None


def still_signed_in(token: str | None, deed: str) -> Actor:
    """Whoever's session a cookie is at this moment, for what is done after the page was drawn (a download pressed).

    Raises ``RefusedError`` where it has ended.
    """
    found = sign_in.who(token, at=now())
    if found is None:
        raise RefusedError(name="-", deed=deed)
    return found[0]


@contextmanager
def reading() -> Iterator[Any]:
    """A connection on which the database refuses to write, for one page's reads."""
    with engine.reading() as connection:
        yield connection


def flash(message: str, *, kind: str = "success") -> None:
    """Say something after the next rerun and for a few seconds more: a page that draws itself anew does not wipe it."""
    st.session_state.setdefault("_flash", []).append((kind, message, None))


def show_flashes() -> None:
    """Say what was left to be said, and what was said just now."""
    kept = []
    for kind, message, since in st.session_state.pop("_flash", []):
        if since is None or now() - since < STAYS:
            kept.append((kind, message, since or now()))
            {"success": st.success, "error": st.error, "info": st.info, "warning": st.warning}[kind](message)
    if kept:
        st.session_state["_flash"] = kept
