"""Two who press the button at the same instant, on each kind of database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from desk_visit import Clock, DeskRig

from core.domain.model import CreditorId, CreditorProfile
from core.services.logins import make_link, session_of, use_link
from core.store.unit import SqlStore


@pytest.fixture(params=["sqlite", "postgresql"])
def race_store(request, tmp_path):
    url = (
        f"sqlite:///{tmp_path / 'race.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    store = SqlStore(url, busy_seconds=5)
    store.migrate()
    yield store
    store.close()


def test_one_link_opens_one_session_however_many_press(tmp_path, race_store):
    rig = DeskRig(tmp_path)
    try:
        app = replace(rig.app, store=race_store, clock=Clock())
        creditor = CreditorId("muster")
        with race_store.write() as tx:
            tx.creditors.add(creditor, CreditorProfile(name="Muster"), app.clock.now())
        for _ in range(3):
            link, start = make_link(app, creditor, "Erika").token, Barrier(4)

            def press(_number, link=link, start=start):
                start.wait(timeout=10)
                return use_link(app, link)

            with ThreadPoolExecutor(4) as people:
                opened = [each for each in people.map(press, range(4)) if each]
            assert len(opened) == 1
            assert session_of(app, opened[0].token).person == "Erika"
    finally:
        rig.close()
