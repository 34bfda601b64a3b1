"""Recorded exchanges with the sandbox are replayed, whole, and read as their golden files say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from connector_suite import manifest_of
from plain import assert_golden
from record import record
from scenes import SCENES, Stage
from tape import API_BASE, CASSETTES, HEAD, KEY, ROOT, recorder
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.record_mode import RecordMode

GOLDEN = CASSETTES / "golden"
# Headers that name a person's key, a machine, or the hour of recording.
UNCLEAN = re.compile(
    r"(?i)^\s*(authorization|cookie|set-cookie|date|server|user-agent|host|x-forwarded\S*):",
    re.MULTILINE,
)
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|localhost|:\d{4,5}/")


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest) -> str:
    return request.param


def _replay(name: str) -> tuple[Stage, bool, int]:
    stage = Stage(API_BASE, "another-key-than-was-recorded")
    path = str(CASSETTES / f"{name}.yaml")
    try:
        with recorder(RecordMode.NONE).use_cassette(path) as cassette:
            SCENES[name](stage)
    finally:
        stage.connector.close()  # type: ignore[attr-defined]
    return stage, cassette.all_played, len(cassette)


def test_a_scene_is_replayed_whole_and_reads_as_before(scene: str) -> None:
    stage, all_played, recorded = _replay(scene)
    assert all_played
    assert stage.connector.requests == recorded >= 4
    assert_golden(GOLDEN / f"{scene}.json", stage.result())


def test_a_request_that_was_not_recorded_fails() -> None:
    stage = Stage(API_BASE, "another-key-than-was-recorded")
    path = str(CASSETTES / "onboarding.yaml")
    try:
        with (
            recorder(RecordMode.NONE).use_cassette(path),
            pytest.raises(CannotOverwriteExistingCassetteException),
        ):
            stage.connector.fetch_document("0")
    finally:
        stage.connector.close()  # type: ignore[attr-defined]


def test_recording_again_gives_the_same_bytes(scene: str, tmp_path: Path) -> None:
    """A diff means: the connector asks for something else now, or the stand-in answers so."""
    again = record(scene, tmp_path).read_bytes()
    assert again == (CASSETTES / f"{scene}.yaml").read_bytes(), "make cassettes"


def test_heads_say_where_a_cassette_comes_from(scene: str) -> None:
    text = (CASSETTES / f"{scene}.yaml").read_text("utf-8")
    assert text.startswith("origin: sandbox\n")
    head = yaml.safe_load(text)
    assert {name: head[name] for name in HEAD} == HEAD
    manifest = manifest_of(ROOT / "connectors" / "lexoffice")
    assert head["origin"] == manifest["cassette_origin"]
    assert head["follows"].endswith(f"{manifest['docs_read_on']}")


def test_cassettes_and_golden_files_hold_nothing_of_a_machine() -> None:
    files = sorted(path for path in CASSETTES.rglob("*") if path.is_file())
    assert len(files) == 2 * len(SCENES)
    for path in files:
        text = path.read_text("utf-8")
        found = [KEY in text, "Bearer" in text and "***" not in text, str(ROOT) in text]
        assert found == [False, False, False], path.name
        assert UNCLEAN.search(text) is None, path.name
        assert ADDRESS.search(text) is None, path.name


def test_every_cassette_has_its_scene() -> None:
    assert sorted(path.stem for path in CASSETTES.glob("*.yaml")) == sorted(SCENES)
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == sorted(SCENES)


def test_the_patterns_find_what_they_are_for() -> None:
    assert UNCLEAN.search("      Set-Cookie:\n")
    assert UNCLEAN.search("  authorization: x")
    assert ADDRESS.search("http://127.0.0.1:8900/v1")
    assert ADDRESS.search("https://api.example:8443/v1")
