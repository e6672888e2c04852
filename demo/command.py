"""The ``demo`` command: model towns of both counties, with a progress bar and the accounts to look round with."""

import sys
import time
from contextlib import nullcontext
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from actions.sign_in import hash_password
from db.engine import transaction
from demo import address_cases
from demo.divisions import county_name
from demo.load import Loaded, Order, load
from inspections.deadline import SHANGHAI
from words import say

PASSWORD = "model-town-only"  # noqa: S105 - printed for everybody; it opens nothing but synthetic data
SHARES = {"320581": 0.6, "330282": 0.4}
"""Which county gets how much of the houses when none is named."""


def split(houses: int, county: str | None) -> dict[str, int]:
    """Houses for each county."""
    if county is not None:
        return {county: houses}
    first = round(houses * SHARES["320581"])
    return {code: count for code, count in zip(SHARES, (first, houses - first), strict=True) if count}


def run(
    houses: int = 20_000, seed: int = 1, county: str | None = None, *, reset: bool = False, now: datetime | None = None,
    lang: str = "zh", quiet: bool = False,
) -> list[Loaded]:  # fmt: skip
    """Lay down model towns, each in one transaction, and print how to sign in.

    Raises
    ------
    AnjuError
        A county holds real data, or a model town that is to stay (see ``demo.load.load``).
    """
    console = Console(file=sys.stdout, quiet=quiet)
    now = now or datetime.now(SHANGHAI)
    password_hash = hash_password(PASSWORD)
    began = time.perf_counter()
    laid = []
    for code, count in split(houses, county).items():
        order = Order(code, count, seed, now, password_hash)
        with _bar(console) if not quiet else nullcontext() as bar, transaction() as connection:
            task = bar.add_task(say("demo.laying", lang, county=county_name(code), n=count), total=1.0) if bar else None

            def told(share: float, bar: Progress | None = bar, task: object = task) -> None:
                if bar is not None and task is not None:
                    bar.update(task, completed=share)  # type: ignore[arg-type]

            laid.append(load(connection, order, progress=told, reset=reset))
            laid[-1].rows["address_case"] = address_cases.lay(connection, code, seed=seed, now=now)
    console.print(say("demo.done", lang, n=houses, seconds=round(time.perf_counter() - began, 1)))
    console.print(_accounts(laid, lang))
    return laid


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip


def _accounts(laid: list[Loaded], lang: str) -> Table:
    table = Table(title=say("demo.accounts", lang, password=PASSWORD))
    for name in ("county", "login", "role", "name"):
        table.add_column(say(f"demo.column.{name}", lang))
    for town in laid:
        for account in town.accounts:
            role = say(f"role.{account.role}", lang)
            table.add_row(county_name(town.county), account.login, role, account.name)
    return table
