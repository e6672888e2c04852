"""The socket over which an open desk hears that something on it moved."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.gate import same_origin, signed_in
from db.listening import Moved, moves
from inspections.access import Actor, AreaKind, Role

GATHER_SECONDS, OVERSEER_SECONDS = 0.3, 5.0
"""How long a desk is left in peace after a word: one that works, and one that oversees the county."""
OVERSEERS = frozenset({Role.CENTRE, Role.LEADER})


class Exchange:
    """One listener a process, however many desks are open."""

    def __init__(self) -> None:
        self.desks: dict[asyncio.Event, Callable[[Moved], bool]] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, wanted: Callable[[Moved], bool]) -> asyncio.Event:
        """An event that is set once something wanted has moved."""
        heard = asyncio.Event()
        self.desks[heard] = wanted
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        return heard

    def leave(self, heard: asyncio.Event) -> None:
        """Hear no more; with the last desk the listener ends."""
        self.desks.pop(heard, None)
        if not self.desks and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self) -> None:
        async for moved in moves():
            for heard, wanted in self.desks.items():
                if moved is None or wanted(moved):
                    heard.set()


_exchange = Exchange()


async def live(socket: WebSocket) -> None:
    """Say "moved" whenever something on this person's desk has; the gate has asked for the session already."""
    known = await run_in_threadpool(signed_in, socket)
    if known is None or not same_origin(socket):
        await socket.close(code=4401)
        return
    await socket.accept()
    actor = known[0]
    heard = _exchange.join(_wants(actor))
    gone = asyncio.create_task(_gone(socket))
    try:
        await _tell(socket, heard, gone, GATHER_SECONDS if not actor.roles & OVERSEERS else OVERSEER_SECONDS)
    finally:
        _exchange.leave(heard)
        gone.cancel()


def _wants(actor: Actor) -> Callable[[Moved], bool]:
    own = {grant.area_code for grant in actor.grants if grant.area_kind is AreaKind.DEPARTMENT} | {actor.department}
    oversees = bool(actor.roles & OVERSEERS)

    def wanted(moved: Moved) -> bool:
        return moved.county == actor.county and (oversees or bool(own & moved.departments))

    return wanted


async def _tell(socket: WebSocket, heard: asyncio.Event, gone: "asyncio.Task[None]", gather: float) -> None:
    while True:
        waiting = asyncio.create_task(heard.wait())
        await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            waiting.cancel()
            return
        heard.clear()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_text("moved")
        # A burst is one word: what comes now waits until this is over.
        await asyncio.sleep(gather)


async def _gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()
