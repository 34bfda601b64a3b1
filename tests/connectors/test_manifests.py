"""Every claim of a connector's manifest has a check here; a key without one fails."""

from __future__ import annotations

import importlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.datev_csv.columns import TABLES
from connectors.datev_csv.header import CATEGORIES
from connectors.datev_csv.source import MAX_BYTES
from sandbox import datev_writer

ROOT = Path(__file__).resolve().parents[2]
CONNECTORS = sorted(path.parent for path in (ROOT / "connectors").glob("*/connector.py"))
STRATEGIES = {"updated_since", "full_scan", "event_feed", "file"}
KEYS = {
    "slug", "platform", "label", "docs_url", "docs_read_on", "auth", "rate_limit", "max_bytes",
    "capabilities", "cassette_origin", "sync", "formats",
}  # fmt: skip


def _manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "manifest.toml").read_text("utf-8"))


@pytest.fixture(params=CONNECTORS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def manifest(folder: Path) -> dict[str, Any]:
    return _manifest(folder)


def _page(manifest: dict[str, Any]) -> str:
    return (ROOT / "docs" / "connectors" / f"{manifest['platform']}.md").read_text("utf-8")


def test_there_is_a_connector_to_check() -> None:
    assert [path.name for path in CONNECTORS] != []


def test_every_key_is_known_and_checked(manifest: dict[str, Any]) -> None:
    assert set(manifest) == KEYS


def test_slug_is_the_folder_and_the_class(folder: Path, manifest: dict[str, Any]) -> None:
    package = importlib.import_module(f"connectors.{folder.name}")
    (connector,) = (getattr(package, name) for name in package.__all__)
    assert manifest["slug"] == folder.name == connector.slug


def test_platform_is_what_the_command_line_takes(manifest: dict[str, Any]) -> None:
    assert f"mahnwerk import {manifest['platform']} " in _page(manifest)
    bootstrap = (ROOT / "config" / "bootstrap.py").read_text("utf-8")
    assert f'"{manifest["platform"]}"' in bootstrap


def test_label_and_source_stand_on_the_docs_page(manifest: dict[str, Any]) -> None:
    assert _page(manifest).startswith(f"# {manifest['label']}")
    assert manifest["docs_url"].startswith("https://")
    assert manifest["docs_url"] in _page(manifest)


def test_docs_were_read_on_a_day(manifest: dict[str, Any]) -> None:
    assert type(manifest["docs_read_on"]) is date
    assert f"{manifest['docs_read_on']:%d.%m.%Y}" in _page(manifest)


def test_every_capability_has_a_strategy(manifest: dict[str, Any]) -> None:
    assert set(manifest["sync"]) == set(manifest["capabilities"])
    assert set(manifest["sync"].values()) <= STRATEGIES
    assert len(set(manifest["capabilities"])) == len(manifest["capabilities"])


def test_files_need_neither_key_nor_limit_nor_cassette(manifest: dict[str, Any]) -> None:
    if set(manifest["sync"].values()) != {"file"}:
        pytest.skip("not a file connector")
    assert manifest["auth"] == manifest["rate_limit"] == manifest["cassette_origin"] == "none"


def test_the_datev_reader_reads_the_formats_it_names() -> None:
    manifest = _manifest(ROOT / "connectors" / "datev_csv")
    assert {int(category) for category in manifest["formats"]} == set(TABLES)
    assert set(TABLES) < set(CATEGORIES)
    assert manifest["max_bytes"] == MAX_BYTES
    day = date(2026, 1, 1)
    written = {
        21: datev_writer.write_postings([], from_on=day, until_on=day),
        16: datev_writer.write_debtors([]),
        46: datev_writer.write_terms([]),
    }
    for category, content in written.items():
        head = content.split(b"\r\n")[0].split(b";")
        assert (int(head[2]), int(head[4])) == (category, manifest["formats"][str(category)])
