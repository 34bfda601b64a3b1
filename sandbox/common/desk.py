"""The control surface over HTTP: every operation as ``POST /_sandbox/OPERATION`` with JSON.

It is no part of a platform. It listens on 127.0.0.1 only, and refuses what a page of another
origin sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import Flask, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader

if TYPE_CHECKING:
    from sandbox.common.gateway import Seen
    from sandbox.common.stand_in import StandIn

CONTROL = "/_sandbox"
Operations = Mapping[str, Callable[..., Any]]
Arguments = Callable[[Mapping[str, Any]], dict[str, Any]]
# What an operation may raise for bad arguments; the stand-ins add the error of their API.
BAD = (ValueError, TypeError, ArithmeticError, KeyError)


class Page(NamedTuple):
    """What the page of a stand-in shows and takes.

    ``forms``: the fields of each operation that it offers; ``values``: what is filled in, as the
    operations take it; ``state``: what the template shows.
    """

    forms: Mapping[str, tuple[str, ...]]
    values: Arguments
    state: Callable[[], dict[str, Any]]


def whole(
    name: str,
    sandbox: StandIn[Any],
    operations: Operations,
    arguments: Arguments,
    page: Page,
    refusals: tuple[type[Exception], ...],
) -> Flask:
    """The control surface with its log and its page."""
    app = desk(name, operations, arguments, refusals)
    add_log(app, lambda: sandbox.requests)
    add_page(app, operations, page, refusals)
    return app


def operations_of(sandbox: StandIn[Any], names: Sequence[str]) -> dict[str, Callable[..., Any]]:
    """These methods of a stand-in."""
    return {name: getattr(sandbox, name) for name in names}


def desk(
    name: str, operations: Operations, arguments: Arguments, refusals: tuple[type[Exception], ...]
) -> Flask:
    """The control surface of one stand-in; ``name`` is the package of its page."""
    app = Flask(name, template_folder=".")
    # The page of a stand-in extends desk_base.html, which lies here.
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(app.root_path), FileSystemLoader(Path(__file__).parent)]
    )
    bad: tuple[type[Exception], ...] = (*BAD, *refusals)

    @app.before_request
    def _same_origin() -> ResponseReturnValue | None:
        host = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin", "")
        foreign = origin and urlsplit(origin).netloc != request.host
        if foreign or host not in {"127.0.0.1", "localhost"}:
            return jsonify(error="only from this machine"), 403
        return None

    @app.post(f"{CONTROL}/<operation>")
    def _operate(operation: str) -> ResponseReturnValue:
        if operation not in operations:
            return jsonify(error=f"no operation; there are: {', '.join(operations)}"), 404
        given = request.get_json(silent=True) if request.data else {}
        if not isinstance(given, dict):
            return jsonify(error="a JSON object is expected"), 400
        try:
            return jsonify(result=operations[operation](**arguments(given)))
        except bad as error:
            return jsonify(error=str(error) or type(error).__name__), 400

    return app


def add_log(app: Flask, requests: Callable[[], list[Seen]]) -> None:
    """Adds ``GET /_sandbox/requests``."""

    @app.get(f"{CONTROL}/requests")
    def _requests() -> ResponseReturnValue:
        return jsonify([each._asdict() for each in list(requests())])


def add_page(
    app: Flask, operations: Operations, page: Page, refusals: tuple[type[Exception], ...]
) -> None:
    """Adds ``GET /_sandbox/`` and its forms."""
    bad: tuple[type[Exception], ...] = (*BAD, *refusals)

    @app.get(f"{CONTROL}/")
    def _page() -> ResponseReturnValue:
        language = "en" if request.args.get("lang") == "en" else "de"
        error = request.args.get("error", "")
        return render_template(
            "desk.html", de=language == "de", lang=language, error=error, **page.state()
        )

    @app.post(f"{CONTROL}/form/<operation>")
    def _form(operation: str) -> ResponseReturnValue:
        language = "en" if request.form.get("lang") == "en" else "de"
        try:
            operations[operation](**page.values(_filled(page.forms[operation])))
            error = ""
        except bad as problem:
            error = str(problem) or type(problem).__name__
        query = urlencode({"lang": language, **({"error": error} if error else {})})
        return redirect(f"{CONTROL}/?{query}")


def _filled(names: tuple[str, ...]) -> dict[str, Any]:
    """The fields that a person has filled in; amounts also with a decimal comma."""
    form = request.form
    given: dict[str, Any] = {
        name: form[name].strip() for name in names if form.get(name, "").strip()
    }
    if "times" in given:
        given["times"] = int(given["times"])
    for name in ("amount", "gross"):
        if "," in given.get(name, ""):
            given[name] = given[name].replace(".", "").replace(",", ".")
    return given


def with_days(given: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The same values, those of ``names`` as days.

    Raises:
        ValueError: a day that is none.
    """
    found = dict(given)
    for name in found.keys() & names:
        if found[name] is not None:
            found[name] = date.fromisoformat(found[name])
    return found
