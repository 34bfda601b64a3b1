"""What the fleet changes in how Procrastinate takes jobs out of its queue."""

from __future__ import annotations

from collections.abc import Iterable

from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job
from procrastinate.manager import JobManager


class OneFetch(JobManager):
    """A worker that comes second to a lock takes nothing, instead of breaking down.

    Two workers can reach for two jobs of one lock at the same moment, when the urgent one came in
    just now and the other one is being fetched: neither sees the other. The unique index on running
    locks refuses the second, as it should; the job stays where it is (3.10.0 lets that error end
    the worker).
    """

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        try:
            return await super().fetch_job(queues, worker_id)
        except UniqueViolation:
            return None
