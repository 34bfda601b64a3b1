"""What every platform's faults are measured by: a command breaks, says so, and goes on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from platform_office import LADEN, broken, broken_after

REMEDY = {
    "de": r"[Bb]itte |mahnwerk |Der nächste Versand|Mahnwerk sieht",
    "en": r"[Pp]lease |mahnwerk |The next send|Mahnwerk looks",
}
SENT = 3  # mails: one to each customer


@dataclass(frozen=True)
class Job:
    """A command, the office it is given in, and the requests that break."""

    stage: object
    command: tuple
    path: str = ""
    method: str = ""
    after: int | None = None  # requests that still work

    @property
    def writes(self):
        return self.command[0] in ("send", "webhooks")

    @property
    def sends(self):
        return self.command == ("send",)

    def broken(self, desk, kind):
        if self.after is not None:
            return broken_after(desk, self.after, kind)
        return broken(desk, kind, self.path, self.method)


def tells(job, answer, language, slug):
    """What a person reads of the failure: on stderr, and of notices their reasons."""
    text = answer.out if job.sends and not answer.err else answer.err
    assert re.search(REMEDY[language], text), text
    assert not re.search(REMEDY["en" if language == "de" else "de"].split("|")[0], text), text
    assert (slug if job.command[0] == "connect" else f"{LADEN}: ") in text.lower()
    assert "Traceback" not in answer.out + answer.err
    assert "connected system" not in text, "an error without a sentence of its own"


def nothing_untrue(desk, before):
    """What is believed was true before, or is by now."""
    true = desk.truth()
    for number, owed in desk.books().items():
        assert owed in (before.get(number), true.get(number)), number


def breaks_and_goes_on(desk, job, kind, code, slug):
    """While it is broken the command ends with ``code``, in both languages, with one JSON document
    and without the key; afterwards it works, and a second time does no more.
    """
    before = desk.books()
    with job.broken(desk, kind):
        german = desk(*job.command, "--json", code=code)
        english = desk.english(*job.command, code=code)
    json.loads(german.out)
    if code:
        tells(job, german, "de", slug)
        tells(job, english, "en", slug)
    assert desk.leaks(german.out, german.err, english.out, english.err) == []
    nothing_untrue(desk, before)
    # What reads can double nothing with a second call; what writes must not.
    for _ in range(2 if job.writes else 1):
        desk.sleep(3600)
        desk(*job.command)


def connected_once(desk, slug):
    [row] = desk.json("connect")
    assert (row["connection"], row["platform"]) == (LADEN, slug)


def right(desk, job):
    """The books of the platform, and each mail once."""
    assert desk.books() == desk.truth()
    wanted = SENT if job.sends else 0
    assert sorted(desk.office.mailbox.message_ids().values()) == [1] * wanted


def every_step(desk, stages, job, case, change, written):
    """One case, ``(name, kind, exit code)``, from the breakdown to the right books.

    Args:
        stages: where offices of each stage are kept.
        change: what happens at the platform before a sync.
        written: how many entries on the platform a write-back makes, never two on one invoice.

    """
    name, kind, code = case
    desk.at(job.stage, stages)
    if name == "sync":
        change(desk)
    breaks_and_goes_on(desk, job, kind, code, desk.slug)
    if name == "connect":
        connected_once(desk, desk.slug)
        return
    right(desk, job)
    made = desk.written().values()
    assert sum(made) == (written if name == "write-back" else 0)
    assert max(made) <= 1, "an invoice was dunned twice on the platform"
