"""``mahnwerk work --fleet``: workers that share a queue on PostgreSQL, on one machine or several."""

from __future__ import annotations

from cli.call import Call, note, say
from cli.i18n import tr
from core.errors import UsageError


def work_fleet(call: Call, *, once: bool, workers: int, threads: int) -> int:
    """Works until it is told to stop; returns the exit code.

    Raises:
        UsageError: with an option that a fleet does not have.
        ConfigError: the store is on SQLite.
    """
    if once or call.wanted:
        option = "--once" if once else "--creditor"
        raise UsageError(
            f"{option} geht nicht mit --fleet: eine Flotte arbeitet für alle Mandanten, bis sie "
            f"beendet wird. Ohne --fleet: mahnwerk work {option}",
            en=f"{option} does not go with --fleet: a fleet works for all creditors until it is "
            f"ended. Without --fleet: mahnwerk work {option}",
        )
    call.composed.queue_address()  # told here and not by each worker
    if not call.json:
        note(
            f"{_count(workers, threads)}, bis Strg-C oder SIGTERM; was unterwegs ist, wird noch "
            "fertig.",
            f"{_count(workers, threads)}, until Ctrl-C or SIGTERM; what is under way is finished "
            "first.",
        )
    code = _alone(call, threads) if workers == 1 else _several(workers, threads)
    call.show({"workers": workers, "ended": True}, lambda: say("Beendet.", "Ended."))
    return code


def _count(workers: int, threads: int) -> str:
    number = tr("Ein Worker", "One worker")
    if workers > 1:
        number = tr(f"{workers} Worker", f"{workers} workers")
    return tr(f"{number} mit je {threads} Aufgaben zugleich", f"{number} with {threads} jobs each")


def _alone(call: Call, threads: int) -> int:
    from worker.fleet_member import member

    member(call.composed, at_once=threads).run()
    return 0


def _several(workers: int, threads: int) -> int:
    from worker.fleet_members import Members

    members = Members(workers, threads)
    with members.signals():
        return members.run()
