"""Contacts and what hangs on them: addresses, ways of communication, DATEV numbers (§4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.common.replies import Call, Reply
from sandbox.sevdesk import embeds, lists, parts
from sandbox.sevdesk.model import Address
from sandbox.sevdesk.replies import objects

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def list_contacts(world: World, call: Call) -> Reply:
    """``GET /Contact``; without ``depth=1`` persons are left out (§4)."""
    query = call.query
    keep = lists.changed(query, update=world.variants["contact_update_after"] == "honoured")
    if query.get("depth") != "1":
        keep.append(lambda each: bool(each.name))
    number, name = query.get("customerNumber"), query.get("name")
    if number is not None:
        keep.append(lambda each: each.number == number)
    if name is not None:
        keep.append(lambda each: name in each.name)
    category = lists.nested(world, call, "category", "Category")
    if category is not None:
        keep.append(lambda each: str(each.category) == category)
    parent = lists.nested(world, call, "parent", "Contact")
    if parent is not None:
        keep.append(lambda each: each.parent == parent)
    for field in ("city", "zip"):
        wanted = query.get(field)
        if wanted is not None:
            ids = {a.contact for a in world.addresses.values() if getattr(a, field) == wanted}
            keep.append(lambda each, ids=ids: each.id in ids)  # type: ignore[misc]
    embed = embeds.wanted(world, call)
    rows = lists.kept(world.contacts.values(), keep)
    return lists.page(world, call, rows, lambda part: embeds.contacts(world, part, embed))


def get_contact(world: World, call: Call, id_: str) -> Reply:
    """``GET /Contact/{id}``; persons, too."""
    embed = embeds.wanted(world, call)
    return objects(embeds.contacts(world, [world.contact(id_)], embed))


def list_addresses(world: World, call: Call) -> Reply:
    """``GET /ContactAddress``."""
    keep: list[lists.Keep] = []
    contact = lists.nested(world, call, "contact", "Contact")
    if contact is not None:
        keep.append(lambda each: each.contact == contact)
    rows: list[Address] = lists.kept(world.addresses.values(), keep)
    return lists.page(world, call, rows, lambda part: [parts.address_row(a) for a in part])


def get_address(world: World, _call: Call, id_: str) -> Reply:
    """``GET /ContactAddress/{id}``."""
    if id_ not in world.addresses:
        raise world.not_found("ContactAddress")
    return objects([parts.address_row(world.addresses[id_])])


def list_ways(world: World, call: Call) -> Reply:
    """``GET /CommunicationWay``, by contact, type and main."""
    keep: list[lists.Keep] = []
    contact = lists.nested(world, call, "contact", "Contact")
    if contact is not None:
        keep.append(lambda each: each.contact == contact)
    kind, main = call.query.get("type"), call.query.get("main")
    if kind is not None:
        keep.append(lambda each: each.type == kind)
    if main in {"0", "1"}:
        keep.append(lambda each: each.main == (main == "1"))
    rows = lists.kept(world.ways.values(), keep)
    return lists.page(world, call, rows, lambda part: [parts.way_row(way) for way in part])


def list_accounting(world: World, call: Call) -> Reply:
    """``GET /AccountingContact``: those contacts that have a number."""
    keep: list[lists.Keep] = [lambda each: each.debitor_number is not None]
    contact = lists.nested(world, call, "contact", "Contact")
    if contact is not None:
        keep.append(lambda each: each.id == contact)
    rows = lists.kept(world.contacts.values(), keep)
    return lists.page(world, call, rows, lambda part: [parts.accounting_row(c) for c in part])
