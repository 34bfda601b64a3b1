"""The two dunning procedures of the demo: presets, changed as a user would change his copy."""

from __future__ import annotations

import re

from config.procedures import SHIPPED

BUSINESS, CONSUMER = "firmen", "privat"
_PRESETS = {BUSINESS: "b2b", CONSUMER: "verbraucher"}
_FIRST_LEVEL = re.compile(r'(?ms)^key = "first"$.*?(?=^\[\[levels\]\]|\Z)')
_COMMENT = re.compile(r"(?m)^#.*\n")  # they explain the preset, not what is changed here
# The demo must go on a Sunday night as well.
_ANY_TIME = re.compile(r"(?m)^(working_days_only|send_hours) = .*\n")
_SHOWN = 'interest = "show"\nlump_sum = "show"\n'


def demo_procedures() -> dict[str, str]:
    """File name and TOML text: both show interest and lump sum from the first Mahnung on.

    That a consumer owes no lump sum is left to the law.
    """
    return {f"{name}.toml": _changed(name, preset) for name, preset in _PRESETS.items()}


def _changed(name: str, preset: str) -> str:
    text = (SHIPPED / f"{preset}.toml").read_text(encoding="utf-8")
    text = _ANY_TIME.sub("", _COMMENT.sub("", text))
    text = text.replace(f'name = "{preset}"\n', f'name = "{name}"\n')
    return _FIRST_LEVEL.sub(lambda level: f"{level.group().rstrip()}\n{_SHOWN}\n", text)
