"""Tasks: work for a person that Mahnwerk cannot do itself, such as handing a claim over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.model import CreditorId, Task
from core.errors import UsageError
from core.services.app import App

# Tasks that pursue a claim: they end when the debtor is insolvent (§ 87 InsO). That a claim is
# about to lapse stays to be done.
PURSUING = ("hand_over", "broken_promise", "missed_instalment")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task and the name of the debtor it is about."""

    task: Task
    debtor: str


def open_tasks(app: App, creditor: CreditorId) -> list[TaskRow]:
    """Open tasks, oldest first."""
    with app.store.read() as tx:
        rows = []
        for task in tx.tasks.open(creditor):
            debtor = tx.debtors.get(creditor, task.debtor)
            rows.append(TaskRow(task, debtor.name if debtor else ""))
    return sorted(rows, key=lambda row: (row.task.created_on, row.task.id))


def finish_task(app: App, creditor: CreditorId, task: int, *, by: str, on: date) -> None:
    """Closes a task.

    Raises:
        UsageError: there is no open task of that id.
    """
    with app.store.write() as tx:
        if not tx.tasks.done(creditor, task, on):
            raise UsageError(
                f"Keine offene Aufgabe {task}. Vorhandene zeigt: mahnwerk tasks",
                en=f"There is no open task {task}. See: mahnwerk tasks",
            )
        tx.events.append(creditor, "task_done", {"task": task}, {"by": by}, app.clock.now())
