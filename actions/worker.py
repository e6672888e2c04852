"""The worker: sends what the record puts down, tries again after a failure, leaves nothing behind; and ages colours."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from actions.deed import now
from actions.operator import operator
from actions.outgoing import send
from actions.risk import reassess_county
from db import division, outgoing
from db.engine import reading, transaction
from db.job_queue import queue_app
from exchange.channels import NotDeliveredError
from inspections.outgoing import again_in

QUEUE = "outgoing"
AT_ONCE = 2
FORGOTTEN = timedelta(minutes=10)
OLD_HOURS = 24 * 7
NIGHTLY = "10 19 * * *"
"""In UTC: ten past three in Shanghai, when nobody plans or visits."""
_log = logging.getLogger(__name__)


class Patience(BaseRetryStrategy):
    """Try again after the times of ``rules/messages.toml``; anything but a refusal by the other side likewise."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job is tried again; None: it is given up, and the message stands among those not delivered."""
        wait = again_in(job.attempts + 1)
        return None if wait is None else RetryDecision(retry_at=now() + wait)


def worker_app() -> App:
    """The queue with its tasks: sending, every few minutes what was forgotten, every night all colours."""
    app = queue_app()

    @app.task(name="send", queue=QUEUE, retry=Patience())
    async def send_one(county: str, outgoing: int) -> None:
        try:
            told = await asyncio.to_thread(send, county, outgoing, at=now())
        except NotDeliveredError as error:
            _log.warning("message %s of %s was not delivered: %s", outgoing, county, error)
            raise
        if told.held_until is not None:
            later = app.configure_task("send", queue=QUEUE, schedule_at=told.held_until)
            await later.defer_async(county=county, outgoing=outgoing)

    @app.periodic(cron=NIGHTLY)
    @app.task(name="reassess", queue=QUEUE)
    async def reassess(timestamp: int) -> None:
        await asyncio.to_thread(_colours, now())

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="look_after", queue=QUEUE, pass_context=True)
    async def look_after(context: Any, timestamp: int) -> None:
        await tend(context.app, at=now())

    return app


async def tend(app: App, *, at: datetime) -> None:
    """Put back the jobs of workers that died, give jobs to messages that lost theirs, throw old ended jobs away."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
    await asyncio.to_thread(_jobs_for_the_forgotten, at)
    await app.job_manager.delete_old_jobs(nb_hours=OLD_HOURS, include_failed=True, include_cancelled=True)


def _jobs_for_the_forgotten(at: datetime) -> None:
    with transaction() as connection:
        outgoing.jobless(connection, before=at - FORGOTTEN)


def _colours(at: datetime) -> None:
    with reading() as connection:
        counties = [row["county"] for row in division.counties(connection)]
    for county in counties:
        reassess_county(actor=operator(county), at=at)


async def work(*, until_done: bool = False) -> None:
    """Send what waits, for as long as the process runs; with ``until_done`` only what waits now."""
    app = worker_app()
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE], concurrency=AT_ONCE, wait=not until_done, delete_jobs="successful",
            install_signal_handlers=False, name="anju",
        )  # fmt: skip
