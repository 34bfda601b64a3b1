"""Letters beside bare Typst: ``python -m bench.letters [--letters N]``.

A letter has five items and a GiroCode and is PDF/A-2b; every one has another debtor, other
amounts and another number, so that no cache can answer for it. The floor is Typst alone
on a fixed page, same fonts and same standard, measured in turn with the letters
so that both meet the same machine. One core is enough: the process is bound to one where the
system allows it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import typst

from bench.measure import peak_mb
from core.domain.model import (
    Address,
    Automation,
    ConnectionId,
    Creditor,
    CreditorId,
    CreditorProfile,
    Debtor,
    DebtorId,
    ItemId,
    ItemKind,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeLine,
    NoticeState,
    RunId,
)
from core.domain.money import Money, total
from core.letters import girocode
from core.letters.clean import printable
from core.letters.frame import letter_data
from core.letters.renderer import LetterRenderer
from core.letters.view import view_of
from core.ports import LetterContext

ON = date(2026, 11, 20)
GOAL_MS = 25
CREDITOR = Creditor(
    CreditorId("muster"),
    CreditorProfile(
        name="Muster Handwerk GmbH",
        street="Musterstraße 12",
        postcode="80331",
        city="München",
        legal_form="GmbH",
        register_court="Amtsgericht München",
        register_number="HRB 000001",
        managers="Erika Mustermann",
        seat="München",
        phone="089 000000-0",
        email="post@muster-handwerk.example",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        bank="Musterbank",
    ),
    live=True,
)


def letter_context(number: int) -> LetterContext:
    lines = tuple(
        NoticeLine(
            item=ItemId(number * 5 + n),
            number=f"RE-{number:05d}-{n}",
            kind=ItemKind.INVOICE,
            invoice_date=ON - timedelta(days=40 + n),
            due_date=ON - timedelta(days=26 + n),
            total=Money(Decimal(11900 + number * 7 + n) / 100, "EUR"),
            outstanding=Money(Decimal(11900 + number * 7 + n) / 100, "EUR"),
            level=1,
            cycle=1,
        )
        for n in range(5)
    )
    notice = Notice(
        id=NoticeId(number),
        run=RunId(1),
        debtor=DebtorId(number),
        kind=NoticeKind.NOTICE,
        currency="EUR",
        procedure="standard",
        procedure_version="",
        level=1,
        lines=lines,
        charges=(),
        total=total([line.outstanding for line in lines], "EUR"),
        channels=("letter",),
        automation=Automation.APPROVE,
        issue_date=ON,
        deadline=ON + timedelta(days=14),
        state=NoticeState.APPROVED,
    )
    name = f"Beispielkunde {number} GmbH"
    address = Address(name, (), f"Beispielweg {number}", f"{10000 + number % 80000}", "Musterstadt")
    debtor = Debtor(DebtorId(number), ConnectionId(1), str(10000 + number), name, address)
    return LetterContext(CREDITOR, debtor, notice, "reminder", level_texts={1: "reminder"})


FIXED_PAGE = b"""
#set page(paper: "a4")
#set text(font: "Libertinus Serif", size: 10pt)
Letter #sys.inputs.number

#lorem(200)

*#lorem(60)*

#table(columns: 7, ..range(42).map(n => str(n)))
"""


def bare_typst() -> Callable[[int], object]:
    """Typst alone on a fixed page of about as much text; only a number on it changes."""
    compiler = typst.Compiler(
        font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True
    )

    def compile_page(number: int) -> object:
        return compiler.compile(
            input=FIXED_PAGE,
            format="pdf",
            pdf_standards="a-2b",
            sys_inputs={"number": str(number)},
            timestamp=0,
        )

    return compile_page


def _ms(call: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor milliseconds of one call; they differ when the machine is shared."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _bind_to_one_core() -> bool:
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def measure(letters: int) -> dict[str, object]:
    """Milliseconds of letter, floor, GiroCode and wording; medians of one run."""
    one_core = _bind_to_one_core()
    renderer, floor = LetterRenderer(), bare_typst()
    size = len(renderer.letter(letter_context(0)))
    floor(0)
    times: dict[str, list[tuple[float, float]]] = {
        key: [] for key in ("letter", "floor", "girocode", "wording")
    }
    for number in range(1, letters + 1):
        context = letter_context(number)
        view = view_of(replace(context))
        times["letter"].append(_ms(lambda c=context: renderer.letter(c)))  # type: ignore[misc]
        times["floor"].append(_ms(lambda n=number: floor(n)))  # type: ignore[misc]
        code = view.payment.code
        times["girocode"].append(_ms(lambda c=code: girocode.svg(c)))  # type: ignore[misc]
        times["wording"].append(
            _ms(lambda c=context: (printable(v := view_of(c)), printable(letter_data(c, v))))  # type: ignore[misc]
        )
    wall = {key: statistics.median(w for w, _ in values) for key, values in times.items()}
    cpu = {key: statistics.median(c for _, c in values) for key, values in times.items()}
    return {
        "letters": letters,
        "one_core": one_core,
        "wall_ms": {key: round(value, 2) for key, value in wall.items()},
        "cpu_ms": {key: round(value, 2) for key, value in cpu.items()},
        "letters_per_second": round(1000 / statistics.fmean(w for w, _ in times["letter"]), 1),
        "ratio_to_bare_typst": round(cpu["letter"] / cpu["floor"], 1),
        "bytes": size,
        "peak_mb": round(peak_mb(), 1),
        "goal_ms": GOAL_MS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=200)
    options = parser.parse_args()
    json.dump(measure(options.letters), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
