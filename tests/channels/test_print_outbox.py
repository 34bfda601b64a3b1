"""A letter lies in the outbox whole or not at all, under a name that every system accepts."""

from __future__ import annotations

import os

import pytest

from connectors.print_outbox import OutboxChannel
from connectors.print_outbox.channel import safe_name
from core.domain.model import Creditor, CreditorId, CreditorProfile, DeliveryState
from core.errors import Rejected

MUSTER = Creditor(CreditorId("muster"), CreditorProfile("Muster GmbH"))
BEISPIEL = Creditor(CreditorId("beispiel"), CreditorProfile("Beispiel AG"))
LETTER = b"%PDF-1.7 Mahnung ueber 119,00 EUR"


@pytest.fixture
def outbox(tmp_path):
    return OutboxChannel(tmp_path / "outbox")


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_letter_is_printed_when_it_stands_under_its_name(outbox, tmp_path):
    seen = []

    def before_rename():
        seen.append([n for n in names(tmp_path) if n.endswith(".pdf")])
        return True

    result = outbox.put(MUSTER, "2026-03-02-17-10001.pdf", LETTER, before_rename)
    assert result.state is DeliveryState.PRINTED
    assert result.file == "muster/2026-03-02-17-10001.pdf"
    assert seen == [[]], "the hand-over is committed while nobody can print the letter yet"
    assert (tmp_path / "outbox" / result.file).read_bytes() == LETTER
    assert names(tmp_path) == ["2026-03-02-17-10001.pdf"], "no draft is left"


def test_a_lost_lease_leaves_no_letter(outbox, tmp_path):
    result = outbox.put(MUSTER, "a.pdf", LETTER, lambda: False)
    assert (result.state, result.reason) == (DeliveryState.FAILED, "lease lost")
    assert names(tmp_path) == []


def test_a_crash_before_the_rename_leaves_no_letter(outbox, tmp_path):
    def crash():
        raise RuntimeError("Strom weg")

    with pytest.raises(RuntimeError):
        outbox.put(MUSTER, "a.pdf", LETTER, crash)
    assert names(tmp_path) == []


def test_the_same_letter_again_is_fine_another_one_is_not(outbox, tmp_path):
    outbox.put(MUSTER, "a.pdf", LETTER, lambda: True)
    assert outbox.put(MUSTER, "a.pdf", LETTER, lambda: True).state is DeliveryState.PRINTED
    result = outbox.put(MUSTER, "a.pdf", LETTER + b"!", lambda: True)
    assert result.state is DeliveryState.FAILED
    assert "a.pdf" in result.reason
    assert (tmp_path / "outbox/muster/a.pdf").read_bytes() == LETTER


def test_two_creditors_have_their_own_folders(outbox):
    first = outbox.put(MUSTER, "a.pdf", LETTER, lambda: True)
    second = outbox.put(BEISPIEL, "a.pdf", LETTER + b"2", lambda: True)
    assert (first.file, second.file) == ("muster/a.pdf", "beispiel/a.pdf")
    assert outbox.read(BEISPIEL, first.file) is None
    assert outbox.read(MUSTER, first.file) == LETTER


def test_the_archive_keeps_the_bytes_and_never_overwrites(outbox):
    file = outbox.archive(MUSTER, "n1.eml", b"Mail")
    assert outbox.archive(MUSTER, "n1.eml", b"Mail") == file == "muster/archive/n1.eml"
    assert outbox.read(MUSTER, file) == b"Mail"
    with pytest.raises(Rejected, match=r"n1\.eml"):
        outbox.archive(MUSTER, "n1.eml", b"andere")


def test_a_void_letter_moves_out_of_the_print_folder_and_keeps_its_bytes(outbox, tmp_path):
    for content in (LETTER, LETTER + b"2"):
        file = outbox.put(MUSTER, "a.pdf", content, lambda: True).file
        outbox.void(MUSTER, file)
    assert outbox.read(MUSTER, file) is None
    void = tmp_path / "outbox/muster/archive/void"
    assert [(void / n).read_bytes() for n in ("a.pdf", "a-2.pdf")] == [LETTER, LETTER + b"2"]
    outbox.void(MUSTER, file)


@pytest.mark.parametrize("file", ["", "../fremd.pdf", "beispiel/a.pdf", "muster/../beispiel/a.pdf"])
def test_nothing_outside_the_creditors_folder_is_touched(outbox, tmp_path, file):
    outbox.put(BEISPIEL, "a.pdf", LETTER, lambda: True)
    (tmp_path / "fremd.pdf").write_bytes(b"x")
    assert outbox.read(MUSTER, file) is None
    outbox.void(MUSTER, file)
    assert names(tmp_path) == ["a.pdf", "fremd.pdf"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-02-17-10001.pdf", "2026-03-02-17-10001.pdf"),
        ("17-Müller & Söhne.pdf", "17-Müller_&_Söhne.pdf"),
        ("a/b\\c:d*e?.pdf", "a_b_c_d_e_.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("brief.", "brief"),
        ("", "_"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("zeile\numbruch\x00.pdf", "zeile_umbruch_.pdf"),
    ],
)
def test_names_are_safe_on_windows_too(given, expected):
    assert safe_name(given) == expected


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0,
    reason="cannot here: root and Windows know no folder without rights",
)
def test_a_folder_without_rights_is_a_failure_with_a_reason(outbox, tmp_path):
    (tmp_path / "outbox").mkdir(mode=0o500)
    result = outbox.put(MUSTER, "a.pdf", LETTER, lambda: True)
    assert result.state is DeliveryState.FAILED
    assert "Ausgang" in result.reason


def test_an_outbox_that_is_a_file_is_a_failure_with_a_reason(outbox, tmp_path):
    (tmp_path / "outbox").write_text("im Weg")
    result = outbox.put(MUSTER, "a.pdf", LETTER, lambda: True)
    assert result.state is DeliveryState.FAILED
    assert "Ausgang" in result.reason
