"""What is sent to create a sales voucher, checked as the platform checks it (§2.2, §2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sandbox.lexoffice.model import ZERO, Discount, Json, Line
from sandbox.lexoffice.replies import invalid, missing
from sandbox.lexoffice.wire import parse_stamp
from sandbox.lexoffice.world import World

MAX_LINES = 300
LIMITS = {"title": 25, "introduction": 2000, "remark": 2000}
TAX_TYPES = frozenset(
    {
        "net",
        "gross",
        "vatfree",
        "intraCommunitySupply",
        "constructionService13b",
        "externalService13b",
        "thirdPartyCountryService",
        "thirdPartyCountryDelivery",
        "photovoltaicEquipment",
    }
)
_WITH_DATE = {"service", "delivery", "serviceperiod", "deliveryperiod"}
_SHIPPING = _WITH_DATE | {"none"}


@dataclass(frozen=True, slots=True)
class Body:
    """A body that has passed."""

    on: datetime
    address: Json
    contact: str | None
    lines: list[Line]
    tax_type: str
    shipping: Json
    texts: Mapping[str, str]
    language: str
    raw: Json
    discount: Discount


def checked(world: World, body: Json, *, shipping: bool = True, named: bool = True) -> Body:
    """Reads a body.

    Args:
        world: knows the contacts.
        body: the parsed JSON.
        shipping: whether shippingConditions are required.
        named: whether an address without contactId needs a name; a dunning takes it from its
            invoice.

    Raises:
        ApiError: 406 that names the first field that breaks a rule.
    """
    on = parse_stamp(body.get("voucherDate"))
    if on is None:
        if not body.get("voucherDate"):
            raise missing("voucherDate")
        raise invalid("voucherDate", "FORMAT", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
    address = _address(world, body, named=named)
    tax_type = (body.get("taxConditions") or {}).get("taxType")
    if tax_type not in TAX_TYPES:
        raise missing("taxConditions.taxType")
    if (body.get("totalPrice") or {}).get("currency") != "EUR":
        raise missing("totalPrice.currency")
    conditions = _shipping(body) if shipping else {"shippingType": "none"}
    return Body(
        on,
        address,
        address.get("contactId"),
        _lines(body, tax_type),
        tax_type,
        conditions,
        _texts(body),
        body.get("language") or "de",
        body,
        _discount(body["totalPrice"]),
    )


def _address(world: World, body: Json, *, named: bool) -> Json:
    address = body.get("address")
    if not isinstance(address, dict):
        raise missing("address")
    contact = address.get("contactId")
    if contact:
        if contact not in world.contacts:
            raise invalid("address.contactId", "NOT_FOUND", "contact does not exist")
        return address
    for field in ("name", "countryCode") if named else ():
        if not address.get(field):
            raise missing(f"address.{field}")
    return address


def _shipping(body: Json) -> Json:
    conditions = body.get("shippingConditions")
    kind = conditions.get("shippingType") if isinstance(conditions, dict) else None
    if not isinstance(conditions, dict) or kind not in _SHIPPING:
        raise missing("shippingConditions.shippingType")
    dates = ["shippingDate"] if kind in _WITH_DATE else []
    if kind in {"serviceperiod", "deliveryperiod"}:
        dates.append("shippingEndDate")
    for name in dates:
        if parse_stamp(conditions.get(name)) is None:
            raise missing(f"shippingConditions.{name}")
    return conditions


def _discount(total: Json) -> Discount:
    names = ("totalDiscountPercentage", "totalDiscountAbsolute")
    return Discount(*(_amount(total.get(name) or 0, f"totalPrice.{name}", 2) for name in names))


def _texts(body: Json) -> dict[str, str]:
    found = {}
    for name, limit in LIMITS.items():
        text = body.get(name) or ""
        if len(text) > limit:
            raise invalid(name, "SIZE", f"Länge muss zwischen 0 und {limit} sein")
        found[name] = text
    return found


def _lines(body: Json, tax_type: str) -> list[Line]:
    items = body.get("lineItems")
    if not isinstance(items, list):
        raise missing("lineItems")
    if len(items) > MAX_LINES:
        raise invalid("lineItems", "SIZE", f"Größe muss zwischen 0 und {MAX_LINES} sein")
    return [_line(item, f"lineItems[{at}]", tax_type) for at, item in enumerate(items)]


def _line(item: Json, place: str, tax_type: str) -> Line:
    name = item.get("name") or ""
    if not name:
        raise missing(f"{place}.name")
    for field, limit in (("name", 255), ("description", 2000)):
        if len(item.get(field) or "") > limit:
            raise invalid(f"{place}.{field}", "SIZE", f"Länge muss zwischen 0 und {limit} sein")
    if item.get("type") == "text":
        return Line(name, None, type="text", description=item.get("description") or "")
    if item.get("type") not in {"custom", "service", "material"}:
        raise missing(f"{place}.type")
    price = item.get("unitPrice") or {}
    field = "grossAmount" if tax_type == "gross" else "netAmount"
    rate = _amount(price.get("taxRatePercentage"), f"{place}.unitPrice.taxRatePercentage", 2)
    if rate and tax_type not in {"net", "gross"}:
        raise invalid(f"{place}.unitPrice.taxRatePercentage", "VALUE", "muss 0 sein")
    return Line(
        name,
        _amount(price.get(field), f"{place}.unitPrice.{field}", 4),
        rate,
        _amount(item.get("quantity"), f"{place}.quantity", 4),
        _amount(item.get("discountPercentage") or 0, f"{place}.discountPercentage", 2),
        item["type"],
        item.get("description") or "",
        item.get("unitName") or "",
    )


def _amount(value: object, place: str, digits: int) -> Decimal:
    if value is None:
        raise missing(place)
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise invalid(place, "FORMAT", "keine Zahl") from error
    exponent = found.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -digits:
        raise invalid(place, "FORMAT", f"höchstens {digits} Nachkommastellen")
    return found or ZERO
