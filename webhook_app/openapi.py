"""What the API says of itself (OpenAPI 3.1); a test holds every answer against it."""

from __future__ import annotations

from typing import Any

from core.services.api_tokens import SCOPES

USUAL, MOST = 100, 1000  # rows of a page
Schema = dict[str, Any]


def _text(description: str = "") -> Schema:
    return {"type": "string"} | ({"description": description} if description else {})


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(**fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


_AMOUNT = _text("decimal, such as 1190.00")
_DAY = {"type": "string", "format": "date"}
_DAY_OR_NONE = _or_null(_DAY)
_WHOLE: Schema = {"type": "integer"}
_YES_NO: Schema = {"type": "boolean"}
_TEXT = _text()

_HOLD = _object(id=_WHOLE, kind=_TEXT, reason=_TEXT, until=_DAY_OR_NONE)
_LINKED = _object(id=_WHOLE, name=_TEXT, label=_TEXT, head=_YES_NO)
_ALSO_ON = _object(
    connection=_TEXT,
    external_id=_TEXT,
    number=_TEXT,
    outstanding=_AMOUNT,
    state=_TEXT,
    settled_on=_DAY_OR_NONE,
    match=_TEXT,
    leads=_YES_NO,
    decided=_YES_NO,
)
_ITEM = _object(
    connection=_TEXT,
    external_id=_TEXT,
    number=_TEXT,
    kind=_TEXT,
    debtor=_TEXT,
    debtor_id=_WHOLE,
    account=_TEXT,
    account_label=_TEXT,
    invoice_date=_DAY_OR_NONE,
    due_date=_DAY_OR_NONE,
    currency=_TEXT,
    total=_AMOUNT,
    outstanding=_AMOUNT,
    owed=_AMOUNT,
    state=_TEXT,
    level=_WHOLE,
    last_notice_on=_DAY_OR_NONE,
    days_overdue=_WHOLE,
    ageing=_TEXT,
    holds=_list(_HOLD),
    also_on=_list(_ALSO_ON),
    repeats=_YES_NO,
    linked=_list(_LINKED),
)
_CHARGE = _object(
    kind=_TEXT, amount=_AMOUNT, basis=_TEXT, demanded=_YES_NO, number=_or_null(_text())
)
# Interest names its lines as well.
_CHARGE["properties"] |= {
    "since": _DAY_OR_NONE,
    "until": _DAY_OR_NONE,
    "open_ended": _YES_NO,
    "segments": _list({"type": "object"}),
}
_LINE = _object(
    number=_TEXT,
    outstanding=_AMOUNT,
    level=_WHOLE,
    default_since=_DAY_OR_NONE,
    default_rule=_or_null(_text()),
    disputed=_or_null(_text()),
)
_PROPOSAL = _object(
    id=_WHOLE,
    run=_WHOLE,
    kind=_TEXT,
    debtor=_TEXT,
    debtor_id=_WHOLE,
    level=_WHOLE,
    currency=_TEXT,
    items=_list(_LINE),
    charges=_list(_CHARGE),
    total=_AMOUNT,
    channel=_TEXT,
    channels=_list(_TEXT),
    automation=_TEXT,
    issue_date=_DAY,
    deadline=_DAY_OR_NONE,
    state=_TEXT,
    reason=_TEXT,
)
_VERDICT = _object(
    connection=_TEXT,
    number=_TEXT,
    external_id=_TEXT,
    verdict={"type": "string", "enum": ["dun", "skip"]},
    reason=_TEXT,
    level=_WHOLE,
    next_on=_DAY_OR_NONE,
)
_EXPLANATION = _object(
    number=_TEXT,
    debtor=_TEXT,
    verdict=_TEXT,
    reason=_TEXT,
    text=_text("in the language of Accept-Language, German or English"),
    facts={"type": "object"},
    next_on=_DAY_OR_NONE,
    history=_list(_TEXT),
    procedure=_TEXT,
    basis=_TEXT,
    law={"type": "object"},
    course=_list(_object(on=_DAY, level=_WHOLE, kind=_TEXT)),
    kind=_TEXT,
    imagined=_YES_NO,
    also_on=_list(_ALSO_ON),
    linked=_list(_LINKED),
)
_PROBLEM = _object(type=_TEXT, status=_WHOLE, title=_TEXT, detail=_TEXT)
_NEXT = _or_null(_text("for `cursor` of the next page; null on the last one"))


def _page(row: str, **more: Schema) -> Schema:
    return _object(**more, data=_list(_ref(row)), next_cursor=_NEXT)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


_PAGING = [
    _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "rows"),
    _query("cursor", _text(), "next_cursor of the page before"),
]


def _get(summary: str, scope: str, answer: Schema, *parameters: Schema) -> Schema:
    refused = {"application/problem+json": {"schema": _ref("Problem")}}
    said = {
        400: "a parameter is wrong",
        401: "no valid token",
        403: "the token lacks the scope",
        429: "too many requests without a valid token",
        503: "the database is busy; try again later",
    }
    return {
        "get": {
            "summary": summary,
            "security": [{"token": [scope]}],
            "parameters": [*parameters, *_PAGING],
            "responses": {
                "200": {
                    "description": "the page",
                    "content": {"application/json": {"schema": answer}},
                },
                "304": {"description": "nothing new since the ETag in If-None-Match"},
                **{
                    str(status): {"description": text, "content": refused}
                    for status, text in said.items()
                },
            },
        }
    }


def api_description() -> Schema:
    """The OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mahnwerk",
            "version": "1",
            "description": "Read-only. Fields may be added, never renamed or taken away.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/open-items": _get(
                "Open items, by debtor",
                "items:read",
                _ref("OpenItems"),
                _query("all", _YES_NO, "a row for each connection that has the claim"),
            ),
            "/proposals": _get("Living proposals, by id", "proposals:read", _ref("Proposals")),
            "/verdicts": _get(
                "What the last run said of each item; of one invoice, what holds today and why",
                "verdicts:read",
                {"anyOf": [_ref("Verdicts"), _ref("Explanation")]},
                _query("invoice", _text(), "its number, external id or connection:external_id"),
            ),
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "mahnwerk api token create; scopes: " + ", ".join(SCOPES),
                }
            },
            "schemas": {
                "OpenItem": _ITEM,
                "OpenItems": _page("OpenItem"),
                "Proposal": _PROPOSAL,
                "Proposals": _page("Proposal"),
                "Verdict": _VERDICT,
                "Verdicts": _page("Verdict", run=_or_null({"type": "integer"}), on=_DAY_OR_NONE),
                "Explanation": _EXPLANATION,
                "Problem": _PROBLEM,
            },
        },
    }
