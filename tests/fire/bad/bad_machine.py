"""Machines that fail: a disk that fills up between two commits, and a clock that jumps."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
from hook_desk import stripe_body
from sqlalchemy import event

from core.store import engine as engines


def disk_full(engine):
    """What the driver says when the disk of the database is full."""
    if engine.dialect.name == "postgresql":
        return psycopg.errors.DiskFull("could not extend file: No space left on device")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@contextlib.contextmanager
def full_from(engine, number):
    """Every commit of a writer from the ``number``-th on fails; yields how many there were.

    Injected at the driver: nothing on this machine gives PostgreSQL a disk of its own to fill.
    """
    seen = []

    def committing(connection):
        if connection.get_execution_options().get(engines.WRITE):
            seen.append(1)
            if len(seen) >= number:
                raise disk_full(engine)

    event.listen(engine, "commit", committing)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", committing)


@contextlib.contextmanager
def no_room_for_files(monkeypatch):
    """No file reaches the disk any more; databases do, they have a disk of their own."""

    def fsync(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        yield


class JumpingClock:
    """An instant that a test moves anywhere; ``day`` is that of Berlin, set at nine o'clock UTC."""

    def __init__(self, day):
        self.day = day

    @property
    def day(self):
        return self.today("Europe/Berlin")

    @day.setter
    def day(self, day):
        self.at = datetime.combine(day, time(9), UTC)

    def now(self):
        return self.at

    def today(self, zone):
        return self.at.astimezone(ZoneInfo(zone)).date()

    def jump(self, **delta):
        self.at += timedelta(**delta)


def settle(office):
    """What a person does when the machine is well again: waits, and sends once more."""
    office.clock.jump(minutes=10)
    return office.send()


def told(hooks, web):
    """One event of Stripe, signed now, as it is sent again and again; the status of the answer."""
    raw = stripe_body(1)
    return web.post(hooks.stripe_path, data=raw, headers=hooks.stripe_headers(raw)).status_code
