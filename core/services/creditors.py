"""Creditors (Mandanten): setting one up, picking one, test mode and the stop switch."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.model import Creditor, CreditorId, CreditorProfile
from core.errors import ConfigError, UsageError
from core.services.app import App
from core.services.connection_mode import refuse_test_data
from core.services.online_payment import pays_online
from core.services.platform_contacts import restore_platform_contacts
from core.services.profile_check import apply_fields, missing_for_letters

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(name: str) -> str:
    """Short id made from a name: ``"Müller & Söhne GmbH"`` becomes ``"mueller-soehne-gmbh"``."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(_FOLD)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "mandant"


@dataclass(frozen=True, slots=True)
class InitResult:
    """The creditor after ``init``, whether it is new, and which fields changed."""

    creditor: Creditor
    created: bool
    changed: tuple[str, ...]


def init_creditor(
    app: App,
    slug: str | None,
    fields: Mapping[str, str],
    *,
    secrets: Mapping[str, str],
    by: str,
) -> InitResult:
    """Creates a creditor, or changes the given fields of one that exists.

    ``secrets`` are encrypted already. Without ``slug`` the only creditor is meant, or a new one
    named after ``fields["name"]`` when there is none.

    Raises:
        UsageError: wrong field, or it is not clear which creditor is meant.
    """
    with app.store.write() as tx:
        known = {c.id: c for c in tx.creditors.all()}
        id_ = _meant(known, slug, fields.get("name", ""))
        old = known.get(id_)
        before = old.profile if old else CreditorProfile(name="")
        profile = apply_fields(before, fields, app.procedure)
        if old is None:
            tx.creditors.add(id_, profile, app.clock.now())
        elif profile != before:
            tx.creditors.save_profile(id_, profile)
        for name, encrypted in secrets.items():
            tx.creditors.save_secret(id_, name, encrypted)
        changed = _changed(before, profile) + tuple(secrets)
        if old is None or changed:
            kind = "creditor_changed" if old else "creditor_created"
            data = {
                name: str(getattr(profile, name, "")) for name in changed if name not in secrets
            }
            refs = {"creditor": str(id_)}
            tx.events.append(id_, kind, refs, {"by": by, "fields": data}, app.clock.now())
    creditor = dataclasses.replace(old or Creditor(id_, profile), profile=profile)
    return InitResult(creditor, old is None, changed)


def _changed(before: CreditorProfile, after: CreditorProfile) -> tuple[str, ...]:
    names = (field.name for field in dataclasses.fields(CreditorProfile))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _meant(known: Mapping[CreditorId, Creditor], slug: str | None, name: str) -> CreditorId:
    if slug is not None:
        _check_slug(slug)
        if CreditorId(slug) not in known and not name:
            raise UsageError(
                f"Den Mandanten „{slug}“ gibt es noch nicht; zum Anlegen fehlt sein Name: "
                f"mahnwerk init --creditor {slug} --set name=…",
                en=f"There is no creditor {slug!r} yet; its name is needed to set it up: "
                f"mahnwerk init --creditor {slug} --set name=…",
            )
        return CreditorId(slug)
    own = CreditorId(slug_of(name))
    if not known and not name:
        raise UsageError(
            "Zum Anlegen fehlt der Name: mahnwerk init --set name=… --set iban=…",
            en="The name is missing: mahnwerk init --set name=… --set iban=…",
        )
    if not known or (name and own in known):
        return own
    if len(known) > 1:
        raise _several(known)
    (only,) = known
    if name and known[only].profile.name != name:
        # Renaming and adding a second one look alike; a guess would overwrite a client's data.
        raise UsageError(
            f"Es gibt schon den Mandanten „{only}“. Umbenennen: --creditor {only}; "
            f"einen weiteren anlegen: --creditor {own}",
            en=f"There is the creditor {only!r} already. To rename it: --creditor {only}; "
            f"to add another one: --creditor {own}",
        )
    return only


def _check_slug(slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"„{slug}“ geht nicht als Kürzel eines Mandanten: bis zu 40 Kleinbuchstaben, Ziffern, "
            "- und _.",
            en=f"{slug!r} cannot be the id of a creditor: up to 40 lower-case letters, digits, "
            "- and _.",
        )


def _several(known: Mapping[CreditorId, Creditor]) -> UsageError:
    listed = ", ".join(sorted(known))
    return UsageError(
        f"Es gibt mehrere Mandanten; einen wählen mit --creditor: {listed}",
        en=f"There are several creditors; choose one with --creditor: {listed}",
    )


def pick_creditor(app: App, slug: str | None) -> Creditor:
    """The named creditor, or the only one.

    Raises:
        UsageError: unknown, or several and none named.
        ConfigError: there is none yet.
    """
    with app.store.read() as tx:
        known = {c.id: c for c in tx.creditors.all()}
    if not known:
        raise ConfigError(
            "Es ist noch kein Mandant eingerichtet. Zuerst: mahnwerk init --set name=… --set iban=…",
            en="No creditor is set up yet. First: mahnwerk init --set name=… --set iban=…",
        )
    if slug is None and len(known) > 1:
        raise _several(known)
    found = known.get(CreditorId(slug)) if slug is not None else next(iter(known.values()))
    if found is None:
        listed = ", ".join(sorted(known))
        raise UsageError(
            f"Den Mandanten „{slug}“ gibt es nicht. Vorhanden: {listed}",
            en=f"There is no creditor {slug!r}. There are: {listed}",
        )
    return found


@dataclass(frozen=True, slots=True)
class GoLive:
    """Fields that the letterhead still lacks, and proposals that ended with test mode."""

    missing: list[str]
    ended_proposals: int


def go_live(app: App, creditor: CreditorId, *, by: str) -> GoLive:
    """Ends test mode: what the creditor sent to himself does not count as a Mahnung.

    Raises:
        ConfigError: there is no IBAN where a debtor could only pay by one: a demand without a way
            to pay it must not leave; or a connection has test data.
    """
    with app.store.write() as tx:
        found = tx.creditors.get(creditor)
        online = pays_online(app, tx, creditor)
        if found is None or not (found.profile.iban or online):
            raise ConfigError(
                "Ohne IBAN kann niemand zahlen. Zuerst: mahnwerk init --set iban=…",
                en="Nobody can pay without an IBAN. First: mahnwerk init --set iban=…",
            )
        refuse_test_data(tx, creditor)
        missing = missing_for_letters(found.profile)
        missing = [name for name in missing if name != "iban"] if online else missing
        if found.live:
            return GoLive(missing, 0)
        tx.creditors.set_live(creditor, True)
        today = app.clock.today(found.profile.zone)
        ended = tx.creditors.forget_test_mode(creditor, today)
        restore_platform_contacts(tx, creditor, today)
        payload = {"by": by, "test_notices": ended.sent, "proposals": ended.proposals}
        tx.events.append(creditor, "went_live", {}, payload, app.clock.now())
        return GoLive(missing, ended.proposals)


def stop(app: App, creditor: CreditorId, *, by: str) -> bool:
    """Nothing leaves any more until ``resume``; False when it was stopped already."""
    return _switch(app, creditor, stopped=True, by=by)


def resume(app: App, creditor: CreditorId, *, by: str) -> bool:
    """Takes ``stop`` back; False when it was not stopped."""
    return _switch(app, creditor, stopped=False, by=by)


def _switch(app: App, creditor: CreditorId, *, stopped: bool, by: str) -> bool:
    with app.store.write() as tx:
        found = tx.creditors.get(creditor)
        if found is None or found.stopped == stopped:
            return False
        tx.creditors.set_stopped(creditor, stopped)
        kind = "stopped" if stopped else "resumed"
        tx.events.append(creditor, kind, {}, {"by": by}, app.clock.now())
        if not stopped:
            tx.jobs.account_changed(creditor)  # what was approved meanwhile may leave
    return True
