"""A command costs no more than what it uses: what takes long to import comes when it is needed."""

import os
import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory

from core.store import migrate

LATE = {"typst", "alembic", "openpyxl", "pypdf", "babel", "jinja2", "email_validator"} | {
    "schwifty", "holidays", "cryptography", "psycopg", "segno",
}  # fmt: skip
ASK = """
import sys
from cli.main import root
try:
    root({args!r})
finally:
    print(*sorted({late!r} & set(sys.modules)), sep=",", file=sys.stderr)
"""


def imported(folder, *args):
    """Which of the libraries that take long a command of its own process has imported."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MAHNWERK_")}
    home = {
        "MAHNWERK_HOME": str(folder / "home"),
        "MAHNWERK_KEY_FILE": str(folder / "conf" / "key"),
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(args=list(args), late=LATE)],
        env=kept | home,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    return set(filter(None, done.stderr.splitlines()[-1].split(",")))


@pytest.mark.parametrize("command", ["open-items", "debtors", "tasks", "proposals"])
def test_looking_at_the_books_loads_nothing_for_letters(terminal, command):
    terminal.init()
    assert imported(terminal.folder, command) == set()


def test_help_loads_no_library_at_all(tmp_path):
    assert imported(tmp_path, "open-items", "--help") == set()


def test_the_newest_migration_is_the_one_that_commands_look_for():
    assert ScriptDirectory.from_config(migrate.config()).get_current_head() == migrate.HEAD
