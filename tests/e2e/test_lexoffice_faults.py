"""Whatever breaks between an office and lexoffice, in each command that asks there.

Each case: it breaks, the command says so (exit code, one JSON document, a sentence with its remedy
in both languages), nobody sees the key, nothing is stored that is not true; then it works again, and
the same command ends with the right books and nothing doubled. The platform is our stand-in.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date

import platform_faults
import pytest
from lexoffice_office import BY_THE_PLATFORM, HOOK, KEY, LexofficeOffice, approved, onboarded
from platform_faults import REMEDY, connected_once, nothing_untrue, tells
from platform_office import LADEN, NAME, broken
from platform_stages import beside, connected, live

ON_THE_WAY = ("wrong_key", "down", "no_such_name", "stranger")
ENDS = {
    "throttle": 75,
    "throttle500": 75,
    "error500": 69,
    "error503": 69,
    "unauthorized": 77,
    "forbidden_token": 77,
    "payment_required": 77,
    "timeout": 69,
    "slow_drip": 69,
    "html": 70,
    "truncated": 69,
    "reset": 69,
    "late_success": 69,
    "bad_json_shape": 65,
    "empty": 70,
    "wrong_key": 77,
    "down": 69,
    "no_such_name": 69,
    "stranger": 70,
}
WRITTEN = 7  # dunnings on the platform: one beside each invoice


@dataclass(frozen=True)
class Job(platform_faults.Job):
    kinds: tuple = (*BY_THE_PLATFORM, *ON_THE_WAY)
    otherwise: dict = field(default_factory=dict)  # exit codes that differ from ENDS
    again: dict = field(default_factory=dict)  # those of a second call while it is broken

    def ends(self, kind):
        return self.otherwise.get(kind, ENDS[kind])


# Of a POST that came back without its answer, nobody knows whether it was carried out. What was is
# found at once; what was not is looked for again when it must have shown, ten minutes later.
FOUND = dict.fromkeys(("late_success", "slow_drip", "truncated", "bad_json_shape"), 0)
UNSURE = ("throttle500", "error500", "error503", "timeout", "reset", "html", "empty")
JOBS = {
    "connect": Job(
        live,
        ("connect", "lexoffice", *LexofficeOffice.connecting()),
        otherwise={"bad_json_shape": 0},
    ),
    "onboard": Job(connected, ("onboard",)),
    "onboard, in the middle": Job(connected, ("onboard",), after=9),
    "sync": Job(onboarded, ("sync",), again={"bad_json_shape": 0}),  # only a new problem counts
    "last look": Job(approved, ("send",), path="/v1/invoices/", otherwise={"bad_json_shape": 0}),
    # Only what is listed has a shape that matters; what was made is there all the same.
    "webhooks": Job(
        onboarded, ("webhooks", "register", "--url", HOOK), otherwise={"bad_json_shape": 0}
    ),
    # What is no PDF will not become one: the mail leaves without it, and says so.
    "attachment": Job(
        approved,
        ("send",),
        path="/file",
        kinds=BY_THE_PLATFORM,
        otherwise={"html": 0, "empty": 0, "bad_json_shape": 0},
    ),
    "write-back": Job(
        approved,
        ("send",),
        path="/v1/dunnings",
        method="POST",
        kinds=BY_THE_PLATFORM,
        otherwise=dict.fromkeys(UNSURE, 69) | FOUND,
        again=dict.fromkeys(UNSURE, 0),
    ),
}


def _cases():
    """What is written is tried with every fault. What is read is told apart by the exit code alone:
    each command meets each code, what it takes differently, and every third fault in turn.
    """
    for first, (name, job) in enumerate(JOBS.items()):
        codes = set()
        for number, kind in enumerate(job.kinds, first):
            new = job.ends(kind) not in codes
            codes.add(job.ends(kind))
            if new or job.method or kind in job.otherwise or number % 3 == 0:
                yield name, kind


CASES = list(_cases())
desk = beside(LexofficeOffice)


@pytest.fixture(scope="session")
def stages(tmp_path_factory):
    """Offices of each stage, made by the first test that needs them."""
    return tmp_path_factory.mktemp("stages")


def change(desk):
    """A day on which one invoice is paid, one is void and one is new."""
    box = desk.sandbox
    desk.office.today = date(2026, 11, 21)
    box.pay(box.ids["RE-1"], on=date(2026, 11, 20))
    box.void(box.ids["RE-2"])
    who = box.add_contact(company="Elster Muster KG", email="post@elster.example")
    box.add_invoice(contact=who, gross="17.85", on=date(2026, 11, 20), number="RE-9")


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_it_breaks_it_says_so_and_goes_on(desk, stages, name, kind):
    job = JOBS[name]
    desk.at(job.stage, stages)
    if name == "sync":
        change(desk)
    before, code = desk.books(), job.ends(kind)
    with job.broken(desk, kind):
        german = desk(*job.command, "--json", code=code)
    with broken(desk, kind, job.path, job.method):
        english = desk.english(*job.command, code=job.again.get(kind, code))
    document = json.loads(german.out)
    if code == 65:
        assert re.search(REMEDY["de"], document["problems"][0]["message"])
    elif code:
        tells(job, german, "de", "lexoffice")
        if kind not in job.again:
            tells(job, english, "en", "lexoffice")
    assert desk.leaks(german.out, german.err, english.out, english.err) == []
    nothing_untrue(desk, before)
    # What reads can double nothing with a second call; what writes must not.
    for _ in range(2 if job.writes else 1):
        desk.sleep(3600)
        desk(*job.command)
        right(desk, name)


def right(desk, name):
    """The end: the books of the platform, each mail and each entry once."""
    if name == "connect":
        connected_once(desk, "lexoffice")
        return
    platform_faults.right(desk, JOBS[name])
    world = desk.sandbox.world
    if name == "webhooks":
        made = [(each.event, each.url) for each in world.subscriptions.values()]
        assert len(made) == len(set(made)) >= 10
    dunned = sorted(each.invoice for each in world.dunnings.values())
    assert dunned == sorted(set(dunned))
    assert len(dunned) == (WRITTEN if JOBS[name].sends else 0)


def test_every_fault_switch_is_tried():
    assert set(ENDS) == {*BY_THE_PLATFORM, *ON_THE_WAY}


def test_https_on_a_port_that_speaks_plain_http(desk, stages):
    desk.at(live, stages)
    command = ("connect", "lexoffice", *LexofficeOffice.connecting(base=f"https://{NAME}:8900"))
    german, english = desk(*command, "--json", code=69), desk.english(*command, code=69)
    tells(JOBS["connect"], german, "de", "lexoffice")
    tells(JOBS["connect"], english, "en", "lexoffice")
    assert "Zertifikat" in german.err
    assert desk.json("connect") == []
    assert desk.leaks(german.out, german.err, english.out, english.err) == []


def test_a_key_of_another_server_is_never_sent_there(desk, stages):
    desk.at(onboarded, stages)
    elsewhere = ("--set", "api_base=http://127.0.0.1:9")
    answer = desk("connect", "lexoffice", "--name", LADEN, *elsewhere, code=77)
    assert "gehört zu einer anderen Adresse" in answer.err
    assert KEY not in answer.err


def test_every_fault_meets_several_commands():
    for kind in (*BY_THE_PLATFORM, *ON_THE_WAY):
        assert len([name for name, each in CASES if each == kind]) >= 2, kind
