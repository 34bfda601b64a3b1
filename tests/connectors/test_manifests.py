"""Every claim of a connector's manifest has a check here; a key without one fails."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.platforms import PLATFORMS
from connectors.datev_csv.columns import TABLES
from connectors.datev_csv.header import CATEGORIES
from connectors.datev_csv.source import MAX_BYTES
from connectors.lexoffice.client import LexofficeClient
from connectors.sevdesk.client import SevdeskClient
from connectors.stripe.client import StripeClient
from connectors.stripe.platform import API_VERSION
from core.errors import AuthFailed
from core.ports import SharedSecret
from core.services.gate import OpenGate
from sandbox import datev_writer
from sandbox.lexoffice import LexofficeSandbox
from sandbox.sevdesk import SevdeskSandbox
from sandbox.stripe import StripeSandbox

ROOT = Path(__file__).resolve().parents[2]
CONNECTORS = sorted(path.parent for path in (ROOT / "connectors").glob("*/connector.py"))
STRATEGIES = {"updated_since", "full_scan", "event_feed", "file"}
# What a live platform yields; each batch of records names which (core.ports.PlatformConnector).
RESOURCES = {"invoices", "debtors", "payments", "platform_notices"}
COMMON = {
    "slug", "platform", "label", "docs_url", "docs_read_on", "auth", "rate_limit", "capabilities",
    "cassette_origin", "sync",
}  # fmt: skip
FILE_KEYS = COMMON | {"max_bytes", "formats"}
LIVE_KEYS = COMMON | {"api_base", "api_version"}


def _manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "manifest.toml").read_text("utf-8"))


LIVE = [folder for folder in CONNECTORS if folder.name in PLATFORMS]
FILES = [folder for folder in CONNECTORS if folder.name not in PLATFORMS]


@pytest.fixture(params=CONNECTORS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def manifest(folder: Path) -> dict[str, Any]:
    return _manifest(folder)


@pytest.fixture(params=LIVE, ids=lambda folder: folder.name)
def live(request: pytest.FixtureRequest) -> dict[str, Any]:
    return _manifest(request.param)


@pytest.fixture(params=FILES, ids=lambda folder: folder.name)
def of_files(request: pytest.FixtureRequest) -> dict[str, Any]:
    return _manifest(request.param)


def _page(manifest: dict[str, Any]) -> str:
    return (ROOT / "docs" / "connectors" / f"{manifest['platform']}.md").read_text("utf-8")


def _default(manifest: dict[str, Any], setting: str) -> str:
    (found,) = [each for each in PLATFORMS[manifest["slug"]].settings if each.name == setting]
    return found.default


def test_there_are_connectors_of_both_kinds_to_check() -> None:
    assert LIVE
    assert FILES


def test_every_live_platform_has_its_connector() -> None:
    assert {folder.name for folder in LIVE} == set(PLATFORMS)


def test_every_key_is_known_and_checked(folder: Path, manifest: dict[str, Any]) -> None:
    assert set(manifest) == (LIVE_KEYS if folder in LIVE else FILE_KEYS)


def test_slug_is_the_folder_and_the_class(folder: Path, manifest: dict[str, Any]) -> None:
    package = importlib.import_module(f"connectors.{folder.name}")
    (connector,) = (getattr(package, name) for name in package.__all__)
    assert manifest["slug"] == folder.name == connector.slug


def test_platform_is_what_import_takes(of_files: dict[str, Any]) -> None:
    assert f"mahnwerk import {of_files['platform']} " in _page(of_files)
    bootstrap = (ROOT / "config" / "bootstrap.py").read_text("utf-8")
    assert f'"{of_files["platform"]}"' in bootstrap


def test_platform_is_what_connect_takes(live: dict[str, Any]) -> None:
    assert live["platform"] == live["slug"] == PLATFORMS[live["slug"]].slug
    assert f"mahnwerk connect {live['platform']} " in _page(live)


def test_label_and_source_stand_on_the_docs_page(manifest: dict[str, Any]) -> None:
    assert _page(manifest).startswith(f"# {manifest['label']}")
    assert manifest["docs_url"].startswith("https://")
    assert manifest["docs_url"] in _page(manifest)


def test_label_is_the_registered_one(live: dict[str, Any]) -> None:
    assert live["label"] == PLATFORMS[live["slug"]].label


def test_docs_were_read_on_a_day(manifest: dict[str, Any]) -> None:
    assert type(manifest["docs_read_on"]) is date
    assert f"{manifest['docs_read_on']:%d.%m.%Y}" in _page(manifest)


def test_strategies_are_known_and_nothing_is_named_twice(manifest: dict[str, Any]) -> None:
    assert set(manifest["sync"].values()) <= STRATEGIES
    assert len(set(manifest["capabilities"])) == len(manifest["capabilities"])


def test_every_capability_of_files_has_a_strategy(of_files: dict[str, Any]) -> None:
    assert set(of_files["sync"]) == set(of_files["capabilities"])


def test_files_need_neither_key_nor_limit_nor_cassette(of_files: dict[str, Any]) -> None:
    assert set(of_files["sync"].values()) == {"file"}
    assert of_files["auth"] == of_files["rate_limit"] == of_files["cassette_origin"] == "none"


def test_a_live_platform_yields_the_resources_that_it_names(live: dict[str, Any]) -> None:
    assert {"invoices", "debtors"} <= set(live["sync"]) <= RESOURCES
    assert "file" not in live["sync"].values()


def test_capabilities_are_the_registered_ones(live: dict[str, Any]) -> None:
    registered = PLATFORMS[live["slug"]].capabilities
    assert set(live["capabilities"]) == {str(each) for each in registered}
    assert ("platform_notices" in live["sync"]) == ("platform_notices" in live["capabilities"])


def test_a_platform_with_webhooks_says_how_they_are_signed(live: dict[str, Any]) -> None:
    platform = PLATFORMS[live["slug"]]
    if "webhooks" in live["capabilities"]:
        assert platform.signing is not None
        if isinstance(platform.signing, SharedSecret):
            (own,) = [each for each in platform.settings if each.name == platform.signing.setting]
            assert own.secret
            assert own.optional
            assert own.name in _page(live)
            return
        assert platform.signing.url in _page(live)
        (key,) = platform.signing.read(platform.signing.candidate())
        assert key.fingerprint in _page(live)


def test_address_and_rate_are_what_a_connection_has_unless_told(live: dict[str, Any]) -> None:
    assert live["api_base"] == _default(live, "api_base")
    assert live["rate_limit"] == _default(live, "rate")
    assert live["rate_limit"].replace(".", ",") in _page(live)


def test_cassettes_have_the_origin_that_is_claimed(live: dict[str, Any]) -> None:
    cassettes = sorted((ROOT / "cassettes" / live["slug"]).glob("*.yaml"))
    assert cassettes
    for path in cassettes:
        head = path.read_text("utf-8").split("interactions:")[0]
        assert yaml.safe_load(head)["origin"] == live["cassette_origin"]


@pytest.fixture
def lexoffice() -> Iterator[LexofficeSandbox]:
    with LexofficeSandbox(limiter=False) as sandbox:
        yield sandbox


def test_lexoffice_is_asked_by_a_bearer_key_at_its_version(lexoffice: LexofficeSandbox) -> None:
    """The stand-in takes a Bearer only, as the documentation has it."""
    manifest = _manifest(ROOT / "connectors" / "lexoffice")
    assert manifest["auth"] == "bearer"
    for key in (lexoffice.api_key, "another-key"):
        client = LexofficeClient(lexoffice.base_url, key, OpenGate(lambda _: None))
        try:
            if key == lexoffice.api_key:
                assert client.profile()["organizationId"] == lexoffice.organization_id
            else:
                with pytest.raises(AuthFailed):
                    client.profile()
        finally:
            client.close()
    assert {each.path.split("/")[1] for each in lexoffice.requests} == {manifest["api_version"]}


def test_sevdesk_is_asked_by_a_raw_token_at_its_version() -> None:
    """The stand-in takes a token without any word before it, as the documentation has it."""
    manifest = _manifest(ROOT / "connectors" / "sevdesk")
    assert manifest["auth"] == "token"
    assert manifest["api_base"].endswith(f"/api/{manifest['api_version']}")
    with SevdeskSandbox() as sandbox:
        for key in (sandbox.api_key, f"Bearer {sandbox.api_key}"):
            client = SevdeskClient(sandbox.base_url, key, OpenGate(lambda _: None))
            try:
                if key == sandbox.api_key:
                    assert client.bookkeeping_version() in ("1.0", "2.0")
                else:
                    with pytest.raises(AuthFailed):
                        client.bookkeeping_version()
            finally:
                client.close()


def test_stripe_is_asked_by_a_bearer_key_in_its_version() -> None:
    """The stand-in takes a Bearer only, as the documentation has it."""
    manifest = _manifest(ROOT / "connectors" / "stripe")
    assert manifest["auth"] == "bearer"
    with StripeSandbox() as sandbox:
        for key in (sandbox.api_key, "sk_test_mahnwerk_another"):
            client = StripeClient(sandbox.base_url, key, OpenGate(lambda _: None))
            try:
                if key == sandbox.api_key:
                    assert client.get("account")["id"].startswith("acct_")
                else:
                    with pytest.raises(AuthFailed):
                        client.get("account")
            finally:
                client.close()
        assert {each.path.split("/")[1] for each in sandbox.requests} == {"v1"}
    assert manifest["api_version"] == API_VERSION


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
