"""German with a German locale, English otherwise."""

from __future__ import annotations

import locale
import os
import sys


def language() -> str:
    """``de`` or ``en``: MAHNWERK_LANGUAGE, else the locale of the terminal."""
    chosen = os.environ.get("MAHNWERK_LANGUAGE", "").strip().lower()
    if chosen in {"de", "en"}:
        return chosen
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((value for value in names if value), "")
    if not name and sys.platform == "win32":  # Windows keeps it elsewhere: "German_Germany"
        name = locale.getlocale()[0] or ""
    return (
        "de" if name.lower().startswith(("de_", "de-", "de.", "german")) or name == "de" else "en"
    )


def tr(de: str, en: str) -> str:
    """The sentence in the user's language."""
    return de if language() == "de" else en
