"""Writes docs/reasons.md from the reason texts: ``python -m docs.generate_reasons``.

A test compares the file with what this makes of the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from core.domain.default_texts import DEFAULT_FACT_KINDS, DEFAULT_TEXTS
from core.domain.law_text import LawText
from core.domain.limitation_texts import LIMITATION_FACT_KINDS, LIMITATION_TEXTS
from core.domain.reasons import FACT_KINDS, TEXTS, WORDS, FactKind, Reason

TARGET = Path(__file__).with_name("reasons.md")
HEAD = """\
# Reason codes

Every open item gets a verdict in every run, and every verdict carries one of these codes. The
codes are stable: scripts, the `--json` output and the audit log rely on them. `mahnwerk explain
INVOICE` shows the sentence with the facts of that invoice filled in.

This file is generated from `core/domain/reason_texts.py`, `default_texts.py` and
`limitation_texts.py` by `python -m docs.generate_reasons`.

The checks speak in a fixed order, and the first one that speaks gives the verdict: what the item
is (credit, unknown, no claim, evidence, currency), whether it is late, what stands against it
(a notice under way, a hold, direct debit, payments not booked, unassigned money), which level is
next, when that level comes, and last what the notice would be about (arrears of the account,
net, minimum).

`next_on` is the first day on which the verdict could change by itself; without it only an event
(a payment, a release, an import) changes it.
"""
DEFAULT_HEAD = """\
Since when a claim is in default and by which rule, or why it is not (yet). How it is found:
[law.md](law.md#default-verzug)."""
LIMITATION_HEAD = """\
When a claim lapses. How it is counted: [law.md](law.md#limitation-verjährung)."""
FORMS = {
    FactKind.DATE: "day (ISO)",
    FactKind.AMOUNT: "amount with currency",
    FactKind.COUNT: "whole number",
    FactKind.WORD: "code with a word for it, below",
    FactKind.TEXT: "text",
}


def _facts(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _section(reason: Reason) -> str:
    text = TEXTS[reason]
    action = "dun" if reason in (Reason.LEVEL_REACHED, Reason.PRE_DUE_REACHED) else "skip"
    return (
        f"### `{reason.value}`\n\n"
        f"- Verdict: {action}\n"
        f"- Deutsch: {text.de}\n"
        f"- English: {text.en}\n"
        f"- Facts: {_facts(text.facts)}\n"
        f"- Grundlage: {text.basis_de}\n"
        f"- Rests on: {text.basis_en}\n"
    )


def _fact_table() -> str:
    kinds = {**DEFAULT_FACT_KINDS, **LIMITATION_FACT_KINDS, **FACT_KINDS}
    rows = [f"| `{name}` | {FORMS[kind]} |" for name, kind in sorted(kinds.items())]
    return "\n".join(["## Facts", "", "| fact | form |", "|---|---|", *rows, ""])


def _word_table() -> str:
    rows = [
        f"| `{fact}` | `{value}` | {de} | {en} |"
        for fact, values in WORDS.items()
        for value, (de, en) in values.items()
    ]
    head = ["## Words", "", "| fact | code | Deutsch | English |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _law_part(heading: str, head: str, texts: Iterable[tuple[StrEnum, LawText]]) -> list[str]:
    """The answers of a law module; they stand beside the verdict of an item."""
    sections = [
        f"### `{code.value}`\n\n"
        f"- Deutsch: {text.de}\n"
        f"- English: {text.en}\n"
        f"- Facts: {_facts(text.facts)}\n"
        f"- Grundlage: {text.basis_de}\n"
        f"- Rests on: {text.basis_en}\n"
        for code, text in texts
    ]
    return [f"## {heading}", "", f"{head}\n", *sections]


def render() -> str:
    """The whole document."""
    codes = ["## Codes", "", *(_section(reason) for reason in Reason)]
    default = _law_part("Default (Verzug)", DEFAULT_HEAD, DEFAULT_TEXTS.items())
    limitation = _law_part("Limitation (Verjährung)", LIMITATION_HEAD, LIMITATION_TEXTS.items())
    return "\n".join([HEAD, *codes, *default, *limitation, _fact_table(), _word_table()])


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8", newline="\n")
