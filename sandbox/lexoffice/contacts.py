"""Contacts: list, get, create, change; no delete, no way to archive (§2.8)."""

from __future__ import annotations

import html
import re
from typing import Any

from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import paging, wire
from sandbox.lexoffice.model import Contact, Json
from sandbox.lexoffice.replies import ApiError, action, invalid, missing
from sandbox.lexoffice.world import World

RESOURCE = "https://api.lexware.io/v1/"
# Bodies may hold them, but they are the platform's.
_READ_ONLY = ("id", "organizationId", "version", "archived")


def list_contacts(world: World, call: Call) -> Reply:
    """Contacts by name; ``archived`` is no filter here and ignored like any unknown one."""
    page = paging.page_of(world, call)
    found = list(world.contacts.values())
    for name in ("name", "email"):
        if name in call.query:
            pattern = _pattern(call.query[name])
            found = [c for c in found if any(pattern.search(text) for text in _texts(c, name))]
    if "number" in call.query:
        found = [c for c in found if str(c.number) == call.query["number"]]
    for role in ("customer", "vendor"):
        flag = call.flag(role)
        if flag is not None:
            found = [c for c in found if (role in c.data["roles"]) == flag]
    found.sort(key=lambda c: (c.name.casefold(), c.id))
    content = [shown(world, each) for each in page.of(found)]
    return Reply(200, paging.envelope(page, len(found), content, ("name", True)))


def get_contact(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, world.contact(id_)))


def shown(world: World, contact: Contact) -> Json:
    """A contact as it is returned; it has neither createdDate nor updatedDate."""
    roles = {role: {"number": contact.number, **each} for role, each in _roles(contact).items()}
    return {
        "id": contact.id,
        "organizationId": world.organization_id,
        "version": contact.version,
        **contact.data,
        "roles": roles,
        "archived": contact.archived,
    }


def _roles(contact: Contact) -> dict[str, Json]:
    return dict(contact.data["roles"])


def create_contact(world: World, call: Call) -> Reply:
    """Creates one; the answer is 200, not 201 (measured)."""
    _check(call.body)
    if call.body.get("version") != 0:
        raise invalid("version", "invalid_value", "must be 0")
    contact = add_contact(world, call.body)
    return Reply(200, _action(world, contact), {"Location": _uri(contact)})


def add_contact(world: World, body: Json) -> Contact:
    """Keeps a contact; number and id are the platform's."""
    data = {key: value for key, value in body.items() if key not in _READ_ONLY}
    contact = Contact(world.new_id(), world.next_customer(), data)
    world.contacts[contact.id] = contact
    world.emit("contact.created", contact.id)
    return contact


def change_contact(world: World, call: Call, id_: str) -> Reply:
    """Replaces one; a stale version is 406 with an IssueList, not the documented 409."""
    contact = world.contact(id_)
    if call.body.get("version") != contact.version:
        raise invalid("version", "invalid_value", "")
    _check(call.body)
    put_contact(world, contact, call.body)
    return Reply(200, _action(world, contact))


def put_contact(world: World, contact: Contact, body: Json) -> None:
    """Takes over a new body."""
    contact.data = {key: value for key, value in body.items() if key not in _READ_ONLY}
    contact.version += 1
    world.emit("contact.changed", contact.id)


def _action(world: World, contact: Contact) -> Json:
    at = wire.stamp(world.clock.now())
    return action(contact.id, _uri(contact), at, at, contact.version)


def _uri(contact: Contact) -> str:
    return f"{RESOURCE}contacts/{contact.id}"


def _check(body: Json) -> None:
    """The rules of a body that is sent.

    Raises:
        ApiError: 406 that names the first field that breaks one.
    """
    company, person = body.get("company"), body.get("person")
    if bool(company) == bool(person):
        raise missing("company")
    if company and not company.get("name"):
        raise missing("company.name")
    if person and not person.get("lastName"):
        raise missing("person.lastName")
    if not body.get("roles"):
        raise missing("roles")
    if len(str(body.get("note") or "")) > 1000:
        raise invalid("note", "invalid_value", "")
    for name, entries in _lists(body):
        if len(entries) > 1:
            # The API can read contacts with several entries, but never write them.
            raise invalid(name, "invalid_value", "")


def _lists(body: Json) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    for group in ("addresses", "emailAddresses", "phoneNumbers"):
        for name, entries in (body.get(group) or {}).items():
            found.append((f"{group}.{name}", entries or []))
    people = (body.get("company") or {}).get("contactPersons") or []
    return [*found, ("company.contactPersons", people)]


def _texts(contact: Contact, name: str) -> list[str]:
    texts = [contact.name] if name == "name" else contact.addresses()
    return [html.escape(text, quote=False) for text in texts]


def _pattern(text: str) -> re.Pattern[str]:
    """A case-insensitive substring; ``_`` and ``%`` are wildcards, a backslash escapes them."""
    if len(text) < 3:
        error = ApiError(400, "filter needs at least 3 characters")
        error.issue = ("bad_request_error", "filter")
        raise error
    parts = re.findall(r"\\.|.", text, flags=re.DOTALL)
    wild = {"_": ".", "%": ".*"}
    expression = "".join(wild[part] if part in wild else re.escape(part[-1]) for part in parts)
    return re.compile(expression, flags=re.IGNORECASE | re.DOTALL)
