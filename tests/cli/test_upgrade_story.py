"""An office updates: the database of the version before is refused, then brought up to date, and back.

Filled by commands: books, an approved and a posted letter, a hold, a run to replay.
"""

import pytest
import sqlalchemy as sa
from alembic import command
from cli_desk import IBAN

from cli.main import COMMANDS
from core.store import migrate
from core.store.unit import SqlStore

pytestmark = pytest.mark.usefixtures("real_migrations")
BEFORE = "0005"


@pytest.fixture(params=["sqlite", "postgresql"])
def year(request, terminal, monkeypatch):
    """The office after its first day, and its store."""
    url = f"sqlite:///{terminal.folder / 'home' / 'mahnwerk.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_databases").blank()
        monkeypatch.setenv("MAHNWERK_DATABASE_URL", url)
    terminal.init()
    terminal("init", "--set", "smtp_password=-", stdin="geheim\n")
    terminal.import_books()
    terminal("go-live")
    terminal("hold", "RE-5", "--reason", "Rückfrage", "--until", "2026-12-01")
    terminal("run")
    terminal("approve", 1)
    terminal("send")
    terminal("posted", 1)
    store = SqlStore(url)
    yield terminal, store
    store.close()


def go(store, revision, way=command.upgrade):
    with store.raw(writes=True) as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        way(settings, revision)


def content(store, of=None):
    """Table -> its rows, as text, without columns that ``of`` does not have."""
    with store.engine.connect() as connection:
        found = sa.inspect(connection)
        names = set(of or found.get_table_names()) - {"alembic_version"}
        columns = {
            name: sorted(set(of[name][0]) if of else {c["name"] for c in found.get_columns(name)})
            for name in names
            if not name.startswith("procrastinate")
        }
        return {
            name: (
                cols,
                sorted(map(str, connection.execute(sa.select(*map(sa.column, cols))
                                                   .select_from(sa.table(name))))),
            )
            for name, cols in columns.items()
        }  # fmt: skip


def seen(office):
    """What a person sees of it."""
    replayed = office.json("replay", 1)
    return (
        office.json("open-items"),
        office.json("debtors"),
        office.json("proposals"),
        {name: replayed[name] for name in ("identical", "sha256", "recorded_sha256")},
        office.json("audit", "verify"),
    )


def test_a_store_of_the_version_before_is_refused_and_then_goes_on(year):
    office, store = year
    before = seen(office)
    go(store, BEFORE, command.downgrade)
    old = content(store)
    for refused in (("open-items",), ("send",), ("run",), ("serve", "--port", "0"), ("work",)):
        if refused[0] in COMMANDS:
            assert "Sichern, dann: mahnwerk init" in office(*refused, code=78).err
    assert content(store) == old
    saved = office.json("backup", office.folder / "vorher.tar.gz")
    assert saved["schema"] == BEFORE
    office("init")
    assert content(store, of=old) == old
    assert seen(office) == before
    assert before[3]["identical"] is True
    assert office.json("init", "--set", f"iban={IBAN}")["changed"] == []


def test_back_to_the_version_before_with_everything_that_it_knows(year):
    office, store = year
    go(store, BEFORE, command.downgrade)
    old = content(store)
    go(store, "head")
    before = seen(office)
    go(store, BEFORE, command.downgrade)
    assert content(store) == old
    go(store, "head")
    assert seen(office) == before


def test_a_backup_of_the_version_before_is_restored_by_this_one(year, machine, request):
    office, store = year
    before = seen(office)
    go(store, BEFORE, command.downgrade)
    saved = office.json("backup", office.folder / "vorher.tar.gz")
    other = "" if store.engine.dialect.name == "postgresql" else (
        request.getfixturevalue("postgres_databases").blank()
    )  # fmt: skip
    machine("neu", key=True, url=other)
    done = office.json("backup", "restore", saved["file"], "--nothing-sent")
    assert (done["schema"], done["enter_again"]) == (BEFORE, [])
    after = seen(office)
    assert after[:4] == before[:4]
    assert after[4]["entries"] == before[4]["entries"] + 1
