"""Law packs: what German, Austrian and Swiss law say about interest, lump sum and fees.

Which pack holds is the creditor's ``governing_law``, overridable per debtor. Base rates are data
(``config/law/*.csv``) and passed in.
"""

from __future__ import annotations

from core.domain.law import at, ch, de
from core.domain.law.pack import LawPack
from core.domain.law.rates import HalfYear, RateRule, RateTable
from core.errors import ConfigError

LAWS = ("de", "at", "ch")
_PACKS = {pack.key: pack for pack in (de.PACK, at.PACK, ch.PACK)}


def pack_for(key: str) -> LawPack:
    """The rules of a law by its key ("de", "at", "ch").

    Raises:
        ConfigError: there is no such pack.
    """
    pack = _PACKS.get(key)
    if pack is None:
        known = ", ".join(LAWS)
        raise ConfigError(
            f"governing_law: „{key}“ ist nicht bekannt. Möglich: {known}.",
            en=f"governing_law: {key!r} is not known. Possible: {known}.",
        )
    return pack


__all__ = ["LAWS", "HalfYear", "LawPack", "RateRule", "RateTable", "pack_for"]
