"""Recorded exchanges with stand-ins are replayed, whole, and read as their golden files say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from connector_suite import manifest_of
from plain import assert_golden
from plays import PLAYS, Play
from stage import Stage
from tape import KEY, ROOT
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.record_mode import RecordMode

SCENES = [(platform, scene) for platform, play in PLAYS.items() for scene in play.scenes]
# Headers that name a person's key, a machine, or the hour of recording.
UNCLEAN = re.compile(
    r"(?i)^\s*(authorization|cookie|set-cookie|date|server|user-agent|host|x-forwarded\S*):",
    re.MULTILINE,
)
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|localhost|:\d{4,5}/")


each_scene = pytest.mark.parametrize(("platform", "scene"), SCENES)
each_platform = pytest.mark.parametrize("platform", PLAYS)


def _golden(play: Play) -> Path:
    return play.tape.folder / "golden"


def _replay(play: Play, name: str) -> tuple[Stage[None], bool, int]:
    stage: Stage[None] = Stage(play.connector, play.tape.api_base, "another-key-than-was-recorded")
    try:
        with play.tape.recorder(RecordMode.NONE).use_cassette(str(play.path(name))) as cassette:
            play.scenes[name](stage)
    finally:
        stage.connector.close()  # type: ignore[attr-defined]
    return stage, cassette.all_played, len(cassette)


@each_scene
def test_a_scene_is_replayed_whole_and_reads_as_before(platform: str, scene: str) -> None:
    play = PLAYS[platform]
    stage, all_played, recorded = _replay(play, scene)
    assert all_played
    assert stage.connector.requests == recorded >= 4
    assert_golden(_golden(play) / f"{scene}.json", stage.result())


@each_platform
def test_a_request_that_was_not_recorded_fails(platform: str) -> None:
    play = PLAYS[platform]
    stage: Stage[None] = Stage(play.connector, play.tape.api_base, "another-key-than-was-recorded")
    try:
        with (
            play.tape.recorder(RecordMode.NONE).use_cassette(str(play.path("onboarding"))),
            pytest.raises(CannotOverwriteExistingCassetteException),
        ):
            stage.connector.fetch_document("0")
    finally:
        stage.connector.close()  # type: ignore[attr-defined]


@each_scene
def test_recording_again_gives_the_same_bytes(platform: str, scene: str, tmp_path: Path) -> None:
    """A diff means: the connector asks for something else now, or the stand-in answers so."""
    play = PLAYS[platform]
    again = play.record(scene, tmp_path).read_bytes()
    assert again == play.path(scene).read_bytes(), "make cassettes"


@each_scene
def test_heads_say_where_a_cassette_comes_from(platform: str, scene: str) -> None:
    play = PLAYS[platform]
    text = play.path(scene).read_text("utf-8")
    assert text.startswith("origin: sandbox\n")
    # The head alone: parsing a whole cassette takes a while.
    head = yaml.safe_load(text.partition("\ninteractions:")[0])
    assert {name: head[name] for name in play.tape.head} == play.tape.head
    manifest = manifest_of(ROOT / "connectors" / platform)
    assert head["origin"] == manifest["cassette_origin"]
    assert head["follows"].endswith(f"{manifest['docs_read_on']}")


@each_platform
def test_cassettes_and_golden_files_hold_nothing_of_a_machine(platform: str) -> None:
    play = PLAYS[platform]
    files = sorted(path for path in play.tape.folder.rglob("*") if path.is_file())
    assert len(files) == 2 * len(play.scenes)
    for path in files:
        text = path.read_text("utf-8")
        found = [KEY in text, "Bearer" in text and "***" not in text, str(ROOT) in text]
        assert found == [False, False, False], path.name
        assert UNCLEAN.search(text) is None, path.name
        assert ADDRESS.search(text) is None, path.name


@each_platform
def test_every_cassette_has_its_scene(platform: str) -> None:
    play = PLAYS[platform]
    found = sorted(path.stem for path in play.tape.folder.glob("*.yaml"))
    assert (
        found == sorted(path.stem for path in _golden(play).glob("*.json")) == sorted(play.scenes)
    )


def test_the_patterns_find_what_they_are_for() -> None:
    assert UNCLEAN.search("      Set-Cookie:\n")
    assert UNCLEAN.search("  authorization: x")
    assert ADDRESS.search("http://127.0.0.1:8900/v1")
    assert ADDRESS.search("https://api.example:8443/v1")
