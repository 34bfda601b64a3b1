"""All measurements: ``python -m bench`` prints them, ``--write`` puts them into the docs.

Each one runs in a process of its own, beside its floor; nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from pathlib import Path

from bench.measure import ROOT

PAGE = ROOT / "docs" / "performance.md"
# (title, module, arguments, what the figures are judged by)
MEASURED = (
    (
        "The whole run",
        "bench.run",
        (),
        (
            "Every open item judged, proposals written, on a database file and on a PostgreSQL server "
            "of this machine. The floor reads the same rows once through SQLAlchemy Core, groups them, "
            "and inserts as many rows as the run wrote. `charges`: 10 % partly paid, three quarters "
            "businesses, all in default by an agreed day, and interest, lump sum and fee demanded at "
            "every level. Goals for 100,000 items with everything due: at most 6 times the floor and "
            "500 MB without charges, 9 times and 600 MB with them; cost per item flat; with 1 % due "
            "at most a fifth of the full run; write transactions of about 50 ms. Every run keeps what "
            "it decided from, to be replayed. At 1,000 items what is done once (imports, calendars, "
            "the run itself) is most of it."
        ),
    ),
    (
        "`decide` alone",
        "bench.decide",
        (),
        (
            "The rules over accounts in memory, one core, 10 % of the items partly paid: without law, "
            "with default found for each claim, and with every charge demanded at every level. The "
            "floor makes one verdict for each item. Goal: with everything at most 2 times slower than "
            "without law. It is missed when all is due and every level demands all three charges; "
            "with 1 % due, or where only default is asked for, it is met. Before there was any law, "
            "the version of 21 November 2026 (2817b2a) took 8.8 µs for an item that is due and 3.3 µs "
            "with 1 % due on the same machine."
        ),
    ),
    (
        "Reading a Buchungsstapel",
        "bench.datev_read",
        (),
        (
            "99,999 rows, version 13, 125 columns. The floor is `csv.reader` over the same bytes, "
            "decoding included. Goals: at most 4 times the floor, at most 300 MB."
        ),
    ),
    (
        "Importing it",
        "bench.datev_import",
        (),
        "The same file through `mahnwerk import datev`: read, stored, and every account computed.",
    ),
    (
        "Letters",
        "bench.letters",
        (),
        (
            "Five items, GiroCode, PDF/A-2b, one core. The floor is bare Typst compiling a fixed page "
            "in the same run. Goal: at most 25 ms a letter."
        ),
    ),
    (
        "Onboarding lexoffice, and the daily sync",
        "bench.lexoffice",
        (),
        (
            "10,000 invoices of 1,500 debtors, 600 open, 60 of them partly paid, 20 dunned by hand, "
            "against the sandbox with its limiter on (2 requests a second), at the default 1.3 "
            "requests a second; time is not faked. The floor is what cannot be left out: list pages "
            "and contact pages of 250, one read for each open invoice, payments of the partly paid; "
            "its time is its requests at the configured rate. Payments of settled invoices load "
            "afterwards in the lowest lane and are not part of it. Then a day later with 50 changes, "
            "and, while another onboarding runs flat out, an invoice that was just paid and is "
            "re-read on request. Goals: at most 1.05 times the floor in requests and in time; a day "
            "costs at most 20 requests and 2 for each changed open item; the payment is seen within "
            "5 seconds."
        ),
    ),
    (
        "Onboarding sevDesk, and its syncs",
        "bench.sevdesk",
        (),
        (
            "10,000 invoices of 1,500 debtors, 600 open, 60 of them partly paid, 20 dunned by hand, "
            "20 cancelled, 300 lines at the bank that nobody assigned, against the sandbox at our own pace of 2 "
            "requests a second (sevDesk publishes no limit); time is not faked. The floor is what "
            "cannot be left out: each list in pages of 1,000, embedded booking logs spare all "
            "others; its time is its requests at that pace. Then a day later with 50 changes and "
            "the nightly comparison of everything, then again with nothing new, and, while another "
            "onboarding runs, an invoice that was just paid and is re-read on request. Goals: no "
            "list costs more than its pages; a first reading at most 5 requests beside them; a day "
            "costs at most the lists and 20 requests, a quiet sync at most 10; the payment is seen "
            "within 5 seconds."
        ),
    ),
    (
        "Onboarding Stripe, and its syncs",
        "bench.stripe",
        (),
        (
            "10,000 invoices of 1,500 customers, 600 open, 60 of them partly paid, 20 paid by direct "
            "debits under way, 20 void, 20 refunded after payment, against the sandbox with its limiter "
            "on (25 requests a second for each endpoint, and for all of a test account), at our own "
            "pace of 20; time is not faked. The floor is what cannot be left out: each list in pages "
            "of 100, one for each status of an invoice, customers and payments embedded; its time is "
            "its requests at our pace. Stand-in and reader share one process: the seconds of a first "
            "reading are what this machine needs for the rows, not what Stripe allows. Then a day "
            "later with 50 changes and the comparison of everything open, then again with nothing "
            "new, and, while another onboarding runs, an invoice that was just paid and is re-read on "
            "request. Goals: no list of invoices, charges, refunds or disputes costs more than its "
            "pages; a first reading at most 5 requests beside the floor; a day costs at most the "
            "lists of what is open and 2 requests for each change; a quiet sync at most 10; the "
            "payment is seen within 5 seconds."
        ),
    ),
    (
        "Events in",
        "bench.webhooks",
        (),
        (
            "`mahnwerk serve` takes events of Stripe and of lexoffice: size, hook by its token, "
            "signature over the raw bytes, insert under the unique key, commit, answer. The floor is a "
            "bare Flask view that does one insert and one commit, under the same waitress with the "
            "same threads on a database of the same making (SQLite: WAL, synchronous=FULL; PostgreSQL: "
            "as it is installed), once by SQLAlchemy Core and once by the driver alone. 16 connections "
            "that stay open, each with its next event as soon as the last one was answered; servers "
            "take turns, a row is the median of its rounds. Driver, server and PostgreSQL share the "
            "cores of the machine. Goal: at least 0.6 of the bare view."
        ),
    ),
    (
        "A fleet",
        "bench.fleet",
        (),
        (
            "24 creditors, each with an account at the stand-in of lexoffice that grants its key 2 "
            "requests a second, and two customers who are late; `mahnwerk work --fleet` with 1, 2 and "
            "4 workers of 4 jobs at a time (one of them for hooks only), on PostgreSQL as it is "
            "installed. First everything is read; the floor is what the limits allow when each job "
            "waits for one key. Then the day's runs are made, every invoice is read again and 48 mails "
            "leave. Workers, stand-in, mail server and PostgreSQL share the cores of the machine: once "
            "those are busy, more workers do not help. No request may be refused by a limiter, no mail "
            "may leave twice."
        ),
    ),
)
HEAD = """\
# Performance

Written by `make bench` (`python -m bench --write`): every figure and its floor come from the same
run on the same machine. Read the ratios; seconds depend on the machine.
"""


def measured(module: str, arguments: tuple[str, ...]) -> str:
    """What one measurement prints."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr}")
    return done.stdout.strip()


def machine() -> str:
    """Cores, memory-free description of the machine: what a ratio must be read with."""
    import os

    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"Machine: {os.cpu_count()} cores, {system}.\n"


def section(title: str, module: str, arguments: tuple[str, ...], what: str) -> str:
    output = measured(module, arguments)
    shown = output if output.startswith("|") else f"```\n{output}\n```"
    command = f"python -m {module} {' '.join(arguments)}".strip()
    return f"## {title}\n\n{what}\n\n`{command}`\n\n{shown}\n"


def replaced(sections: list[str]) -> str:
    """The page as it is, with these sections in place of those of the same title or at its end."""
    page = Path(PAGE).read_text("utf-8")
    for part in sections:
        title = part.partition("\n")[0] + "\n"
        start = page.find(title)
        if start < 0:
            page = f"{page.rstrip()}\n\n{part}"
            continue
        end = page.find("\n## ", start)
        page = page[:start] + part + ("" if end < 0 else page[end:])
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("--only", default="", help="a module, e.g. bench.letters")
    args = parser.parse_args()
    chosen = [m for m in MEASURED if args.only in ("", m[1])]
    parts = [HEAD, machine()]
    for title, module, arguments, what in chosen:
        print(f"... {module}", file=sys.stderr)
        parts.append(section(title, module, arguments, what))
    if args.write:
        page = replaced(parts[2:]) if args.only else "\n".join(parts)
        Path(PAGE).write_text(page, encoding="utf-8")
    else:
        print("\n".join(parts))


if __name__ == "__main__":
    main()
