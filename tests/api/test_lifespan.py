"""What the app leaves behind when it ends, and finds when it starts: nothing in clear."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.routes import lifespan
from db.settings import upload_dir


def test_a_register_left_by_a_crash_is_gone_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANJU_HOME", str(tmp_path))
    upload_dir().mkdir()
    left = upload_dir() / "register.xlsx"
    left.write_bytes(b"names")

    async def start() -> bool:
        async with lifespan(None):
            return left.exists()

    with ThreadPoolExecutor(1) as aside:  # another test of the run may keep this thread's event loop
        assert aside.submit(lambda: asyncio.run(start())).result() is False
