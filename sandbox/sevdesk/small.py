"""The small resources: version, user, tenant, countries, tags (§1.7, §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.common.replies import Call, Reply
from sandbox.sevdesk.answers import action, referenced
from sandbox.sevdesk.replies import ApiError, bad_request, objects
from sandbox.sevdesk.shapes import client, head
from sandbox.sevdesk.wire import reference, stamp
from sandbox.sevdesk.world import COUNTRIES, USER
from sandbox.sevdesk.writing import client_row

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

_NAMES = {
    "de": "Deutschland",
    "at": "Österreich",
    "ch": "Schweiz",
    "fr": "Frankreich",
    "nl": "Niederlande",
    "ie": "Irland",
    "lu": "Luxemburg",
}


def version(world: World, _call: Call) -> Reply:
    """``GET /Tools/bookkeepingSystemVersion``."""
    return objects({"version": world.variants["bookkeeping"]})


def users(world: World, _call: Call) -> Reply:
    """``GET /SevUser``: works though it is not documented."""
    if world.variants["sev_user"] == "404":
        raise world.not_found("SevUser")
    user = {**head(USER, "SevUser"), "fullname": "Max Muster", "username": "max@muster.example"}
    return objects([{**user, "status": "100", "role": "ADMIN", **client()}])


def tenant(world: World, _call: Call) -> Reply:
    """``GET /SevClient``: nobody has tried (§4)."""
    if world.variants["sev_client"] == "404":
        raise world.not_found("SevClient")
    return objects([client_row(world)])


def countries(_world: World, _call: Call) -> Reply:
    """``GET /StaticCountry``; codes in lower case."""
    return objects([_country(code) for code in COUNTRIES])


def country(world: World, _call: Call, id_: str) -> Reply:
    """``GET /StaticCountry/{id}``."""
    for code, known in COUNTRIES.items():
        if known == id_:
            return objects([_country(code)])
    raise world.not_found("StaticCountry")


def _country(code: str) -> dict[str, object]:
    row = head(COUNTRIES[code], "StaticCountry")
    return {**row, "code": code, "name": _NAMES[code], "translationCode": f"COUNTRY_{code.upper()}"}


def list_tags(world: World, _call: Call) -> Reply:
    """``GET /Tag``."""
    return objects([{**head(id_, "Tag"), "name": name} for id_, name in world.tags.items()])


def create_tag(world: World, call: Call) -> Reply:
    """``POST /Tag/Factory/create``: puts a tag on an invoice, and answers the relation (§3)."""
    name = call.body.get("name")
    if not isinstance(name, str) or not name:
        raise bad_request("name is missing")
    invoice = world.invoice(referenced(call.body, "object", "Invoice"))
    tag = world.tag_id(name)
    if tag not in invoice.tags:
        invoice.tags.append(tag)
        world.touch(invoice)
    relation = {
        **head(world.new_id("TagRelation"), "TagRelation"),
        "create": stamp(world.now()),
        "tag": reference("Tag", tag),
        "object": reference("Invoice", invoice.id),
        **client(),
    }
    return action(world, relation, 201)


def no_factory(_world: World, _call: Call, _name: str) -> Reply:
    """A factory method that there is not."""
    raise ApiError(404, "factory method does not exist", 157)
