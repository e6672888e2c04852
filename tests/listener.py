"""Another system's webhook: takes what is posted to it, or answers as it is told."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest


class Listener(HTTPServer):
    """Listens on a port of its own; ``told`` holds each body it took, ``answers`` the statuses it gives before 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.told: list[str] = []
        self.answers: list[int] = []
        self.address = f"json://127.0.0.1:{self.server_port}/hook"

    def __enter__(self) -> "Listener":
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()


class _Taker(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status == 200:
            self.server.told.append(body)
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A webhook that listens as long as the test lasts."""
    with Listener() as opened:
        yield opened
