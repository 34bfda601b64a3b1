"""A file is written where the user asked for it, or the reason is said in both languages."""

import pytest

from core.errors import UsageError
from core.services.saving import save


def test_the_whole_file_replaces_an_older_one(tmp_path):
    path = tmp_path / "Forderungen.xlsx"
    path.write_bytes(b"of yesterday, and longer")
    save(path, b"of today")
    assert path.read_bytes() == b"of today"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "Insolvenz" / "Forderungen.xlsx"
    with pytest.raises(UsageError) as refused:
        save(path, b"of today")
    german, english = refused.value.sentence("de"), refused.value.sentence("en")
    assert german.startswith(f"„{path}“ kann nicht geschrieben werden: ")
    assert english.startswith(f"{path} cannot be written: ")
    assert not path.parent.exists()
