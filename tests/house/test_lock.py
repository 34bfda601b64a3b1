"""requirements.lock pins every requirement by hash and names no place to load it from."""

from __future__ import annotations

import re
import tomllib

from repo import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
REQUIREMENTS = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)((?:.*\\\n)*.*)$", LOCK, re.MULTILINE)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_requirement_has_a_version_and_hashes() -> None:
    assert len(REQUIREMENTS) > 50
    without = [name for name, _, rest in REQUIREMENTS if "--hash=sha256:" not in rest]
    assert not without
    starts = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(starts) == len(REQUIREMENTS), "a line that is no pinned requirement"


def test_it_names_no_address() -> None:
    assert "://" not in LOCK
    assert "index-url" not in LOCK
    assert "find-links" not in LOCK


def test_everything_that_pyproject_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {_normal(re.match(r"[A-Za-z0-9._-]+", text)[0]) for text in asked}
    assert len(names) > 20
    assert names <= {_normal(name) for name, _, _ in REQUIREMENTS}
