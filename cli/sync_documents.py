"""What `sync` and `onboard` print as JSON (architecture §6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cli.i18n import language
from cli.output import error_code
from cli.reread import invoice_documents
from core.services.polling import Poll
from core.services.sync import ConnectionReport, SyncReport

COUNTED = ("invoices", "payments", "debtors")


def part_document(report: ConnectionReport) -> dict[str, object]:
    """The document of one connection (architecture §6)."""
    error = report.error
    named = {} if report.invoices is None else {"invoices": invoice_documents(report.invoices)}
    return {
        "connection": report.connection,
        "platform": report.platform,
        "records": {name: report.records.get(name, 0) for name in COUNTED},
        "problems": report.problems,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "booked_until": report.booked_until,
        "first": report.first,
        "platform_notices": len(report.notices),
        "error": None
        if error is None
        else {"code": error_code(error), "message": error.sentence(language())},
        **named,
    }


def joined(parts: Sequence[dict[str, object]], files: Sequence[str]) -> dict[str, object]:
    """One document: that of the only connection, or the sum of all beside each of them."""
    if len(parts) == 1 and not files:
        return parts[0]
    reports: list[Any] = list(parts)
    days = [part["booked_until"] for part in reports]
    return {
        "connection": ", ".join(part["connection"] for part in reports),
        "records": {name: sum(part["records"][name] for part in reports) for name in COUNTED},
        "problems": [problem for part in reports for problem in part["problems"]],
        "requests": sum(part["requests"] for part in reports),
        "seconds": round(sum(part["seconds"] for part in reports), 3),
        "booked_until": min(days) if days and None not in days else None,
        "connections": reports,
        "files": list(files),
    }


def due_document(report: SyncReport, polls: Sequence[Poll]) -> dict[str, object]:
    """As ``joined``, of what was due; ``next`` says of every live connection when it is read."""
    return {
        **joined([part_document(each) for each in report.connections], report.files),
        "next": [
            {
                "connection": poll.connection.name,
                "at": poll.at,
                "pace": poll.pace,
                "failures": poll.failures,
            }
            for poll in polls
        ],
    }
