"""The table of connectors: docs/connectors/README.md, from their manifests."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

CONNECTORS = Path(__file__).resolve().parents[1] / "connectors"

INTRO = """\
# Connectors

What each of them can, made from its `manifest.toml` by `make generated`; every line of a manifest
has a check in `tests/connectors/test_manifests.py`. "Tested against: our stand-in" means that nobody
has seen it at the platform itself: what only a stand-in confirmed is not verified."""

Manifest = Mapping[str, Any]
_STRATEGIES = {
    "updated_since": "what changed since",
    "full_scan": "all of it",
    "event_feed": "events",
    "file": "from files",
}
_ORIGINS = {
    "none": "own files and published examples",
    "sandbox": "our stand-in",
    "live": "the platform",
}
# What is read or done, and under which name manifests say so.
_READS = (
    ("invoices and credit notes", ("invoices", "postings", "opos")),
    ("customers", ("debtors",)),
    ("payments", ("payments", "postings")),
    ("dunnings made on the platform", ("platform_notices",)),
)
_DOES = (
    ("original invoices for mails", "document"),
    ("sent notices entered there", "write_back"),
    ("events (webhooks) verified", "webhooks"),
    ("paid by a link on notices", "pay_link"),
)


def render() -> str:
    """The page."""
    manifests = [
        tomllib.loads(path.read_text("utf-8"))
        for path in sorted(CONNECTORS.glob("*/manifest.toml"))
    ]
    lines = [
        INTRO,
        "",
        _row("", [_link(each) for each in manifests]),
        _row("---", ["---"] * len(manifests)),
    ]
    for title, cell in _rows():
        lines.append(_row(title, [cell(each) for each in manifests]))
    return "\n".join(lines) + "\n"


def _rows() -> list[tuple[str, Callable[[Manifest], str]]]:
    return [
        (
            "connected by",
            lambda m: f"`mahnwerk {'import' if _of_files(m) else 'connect'} {m['platform']}`",
        ),
        *((f"reads {title}", _reads(names)) for title, names in _READS),
        *((title, _does(name)) for title, name in _DOES),
        (
            "login",
            lambda m: {"none": "–", "bearer": "API key", "token": "API token"}.get(
                m["auth"], m["auth"]
            ),
        ),
        ("requests a second", lambda m: "–" if m["rate_limit"] == "none" else m["rate_limit"]),
        ("documentation read on", lambda m: m["docs_read_on"].isoformat()),
        ("tested against", lambda m: _ORIGINS[m["cassette_origin"]]),
    ]


def _reads(names: Sequence[str]) -> Callable[[Manifest], str]:
    def cell(manifest: Manifest) -> str:
        found = {_STRATEGIES[manifest["sync"][name]] for name in names if name in manifest["sync"]}
        return ", ".join(sorted(found)) or "no"

    return cell


def _does(name: str) -> Callable[[Manifest], str]:
    return lambda manifest: "yes" if name in manifest["capabilities"] else "no"


def _of_files(manifest: Manifest) -> bool:
    return set(manifest["sync"].values()) == {"file"}


def _link(manifest: Manifest) -> str:
    return f"[{manifest['label']}]({manifest['platform']}.md)"


def _row(title: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join((title, *cells))} |"
