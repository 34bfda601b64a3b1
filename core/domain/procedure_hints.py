"""What is allowed in a procedure and yet deserves a second look."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from core.domain.model import Automation, ChargesMode, NoticeKind, Showing
from core.domain.procedure import DunningLevel, DunningProcedure

# Postage, paper and envelope are all that a reminder fee may make good; courts estimate about
# this much from consumers (§ 287 ZPO).
CONSUMER_FEE_CAP = Decimal("2.50")


class Hint(NamedTuple):
    """A warning about one key: what is doubtful and what to do, German and English."""

    key: str
    de: str
    en: str


def hints(procedure: DunningProcedure) -> tuple[Hint, ...]:
    """Warnings in the order of the levels; none of them stops the procedure from being used."""
    found: list[Hint] = []
    default_possible = False
    for level in procedure.levels:
        found += _level_hints(level, default_possible)
        default_possible = default_possible or level.counts_as_mahnung
    charging = any(
        level.fee or Showing.CHARGE in (level.interest, level.lump_sum)
        for level in procedure.levels
    )
    if procedure.charges is not ChargesMode.INFORMATIONAL and not charging:
        found.append(
            Hint(
                "charges",
                "keine Stufe fordert etwas (fee, oder interest/lump_sum = „charge“); die "
                "Einstellung wirkt nicht.",
                'no level demands anything (fee, or interest/lump_sum = "charge"); the setting '
                "has no effect.",
            )
        )
    if not any(
        level.counts_as_mahnung and level.kind is NoticeKind.NOTICE for level in procedure.levels
    ):
        found.append(
            Hint(
                "counts_as_mahnung",
                "kein Schreiben zählt als Mahnung; ohne vereinbarten Zahlungstag tritt dadurch "
                "kein Verzug ein (§ 286 Abs. 1 BGB).",
                "no letter counts as a Mahnung; without an agreed day of payment none of them "
                "brings default about (§ 286 (1) BGB).",
            )
        )
    return tuple(found)


def _german(euros: Decimal) -> str:
    return f"{euros} EUR".replace(".", ",")


def _level_hints(level: DunningLevel, default_possible: bool) -> list[Hint]:
    found: list[Hint] = []
    place = f"levels[{level.number}]."
    fee = level.fee.get("EUR", Decimal(0))
    if fee > CONSUMER_FEE_CAP:
        found.append(
            Hint(
                f"{place}fee",
                f"{_german(fee)}: von Verbrauchern werden höchstens {_german(CONSUMER_FEE_CAP)} "
                "gefordert, was darüber liegt, entfällt.",
                f"{fee} EUR: consumers are asked for at most {CONSUMER_FEE_CAP} EUR; what is above "
                "is left out.",
            )
        )
    if level.fee and not default_possible:
        found.append(
            Hint(
                f"{place}fee",
                "vor dieser Stufe gibt es keine Mahnung; die Gebühr steht nur im Brief, wenn der "
                "Verzug schon anders eingetreten ist (§ 286 Abs. 2, 3 BGB).",
                "no Mahnung comes before this level; the fee is printed only where default has "
                "begun otherwise (§ 286 (2), (3) BGB).",
            )
        )
    if level.automation is Automation.SEND:
        found.append(
            Hint(
                f"{place}automation",
                "diese Stufe geht ohne Freigabe hinaus; person_above setzt die Grenze, ab der "
                "jemand freigibt.",
                "this level leaves without approval; person_above is the limit above which "
                "somebody approves.",
            )
        )
    return found
