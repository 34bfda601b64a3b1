"""What the API says: the documents of the command line, page by page, as its description promises."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from desk_visit import DeskRig

from config.web import WebSettings
from core.services.api_tokens import SCOPES, create_token
from core.services.documents import item_document, notice_document
from core.services.json_values import jsonable
from core.services.proposals import proposals
from core.services.views import open_items
from webhook_app.openapi import api_description
from webhook_app.serving import Server

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
_KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """Four customers with a proposal each; these tests only read."""
    it = DeskRig(tmp_path_factory.mktemp("api"))
    it.customers()
    yield it
    it.close()


@pytest.fixture(scope="module")
def jwt(rig):
    return create_token(rig.app, rig.id, "Kasse", SCOPES, 30, by="erika").jwt


@pytest.fixture
def ask(rig, jwt):
    client = rig.web.test_client()

    def get(path, **headers):
        return client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {jwt}", **headers})

    return get


def check(value, schema, where="$"):
    """As much of JSON Schema as our description uses; raises AssertionError naming the place."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return check(value, api_description()["components"]["schemas"][name], where)
    if "anyOf" in schema:
        raise AssertionError("choose the schema")
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = [k for k in kinds if isinstance(value, _KINDS[k])]
    assert fits, (where, value, kinds)
    assert not isinstance(value, bool) or "boolean" in kinds, where
    assert "enum" not in schema or value in schema["enum"], where
    if isinstance(value, str) and schema.get("format") == "date":
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", value), where
    if isinstance(value, list):
        for number, each in enumerate(value):
            check(each, schema["items"], f"{where}[{number}]")
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value), where
        assert set(value) <= set(schema["properties"]), (where, value)
        for name, each in value.items():
            check(each, schema["properties"][name], f"{where}.{name}")
    return None


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("open-items", "OpenItems"),
        ("open-items?all=yes", "OpenItems"),
        ("proposals", "Proposals"),
        ("verdicts", "Verdicts"),
        ("verdicts?invoice=RE-1", "Explanation"),
    ],
)
def test_every_answer_is_as_its_description_says(ask, path, schema):
    answer = ask(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    document = answer.get_json()
    check(document, api_description()["components"]["schemas"][schema])
    assert document.get("data", [1])


def test_the_description_names_every_route_and_asks_for_no_token(rig):
    answer = rig.web.test_client().get("/api/v1/openapi.json")
    assert answer.get_json() == api_description()
    routes = {r.rule for r in rig.web.url_map.iter_rules() if r.rule.startswith("/api/")}
    described = {f"/api/v1{path}" for path in api_description()["paths"]}
    assert routes - {"/api/v1/openapi.json"} == described


def test_the_documents_are_those_of_the_command_line(rig, ask):
    items = [
        jsonable(item_document(row)) for row in open_items(rig.app, rig.id, rig.office.clock.day)
    ]
    told = ask("open-items").get_json()["data"]
    assert sorted(told, key=lambda x: x["number"]) == sorted(items, key=lambda x: x["number"])
    listed = [
        jsonable(notice_document(r.notice, r.debtor.name)) for r in proposals(rig.app, rig.id)
    ]
    assert ask("proposals").get_json()["data"] == listed


@pytest.mark.parametrize("path", ["open-items", "proposals", "verdicts"])
def test_page_by_page_everything_comes_once(ask, path):
    whole = ask(path).get_json()["data"]
    pages, query = [], f"{path}?limit=2"
    while query:
        page = ask(query).get_json()
        pages.append(page["data"])
        cursor = page["next_cursor"]
        query = f"{path}?limit=2&cursor={cursor}" if cursor else None
    assert [row for page in pages for row in page] == whole
    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert len(pages) > 1


def test_what_is_paid_between_two_pages_moves_nobody(tmp_path):
    rig = DeskRig(tmp_path)
    try:
        rig.customers()
        jwt = create_token(rig.app, rig.id, "Kasse", SCOPES, 30, by="erika").jwt
        headers = {"Authorization": f"Bearer {jwt}"}
        client = rig.web.test_client()
        first = client.get("/api/v1/open-items?limit=2", headers=headers).get_json()
        gone = first["data"][-1]["number"]
        account = first["data"][-1]["account_label"]
        rig.office.paid(account, gone)
        second = client.get(
            f"/api/v1/open-items?cursor={first['next_cursor']}", headers=headers
        ).get_json()
        numbers = [row["number"] for row in first["data"] + second["data"]]
        assert len(numbers) == len(set(numbers)) == 5
        # A run in between does not mix two runs' verdicts.
        before = client.get("/api/v1/verdicts?limit=2", headers=headers).get_json()
        rig.office.run()
        after = client.get(
            f"/api/v1/verdicts?limit=2&cursor={before['next_cursor']}", headers=headers
        ).get_json()
        assert after["run"] == before["run"]
        assert client.get("/api/v1/verdicts", headers=headers).get_json()["run"] != before["run"]
    finally:
        rig.close()


def test_before_the_first_run_there_are_no_verdicts(tmp_path):
    rig = DeskRig(tmp_path)
    try:
        jwt = create_token(rig.app, rig.id, "Kasse", SCOPES, 30, by="erika").jwt
        answer = rig.web.test_client().get(
            "/api/v1/verdicts", headers={"Authorization": f"Bearer {jwt}"}
        )
        assert answer.get_json() == {"run": None, "on": None, "data": [], "next_cursor": None}
    finally:
        rig.close()


@pytest.mark.parametrize(
    "query",
    [
        "open-items?limit=0",
        "open-items?limit=1001",
        "open-items?limit=x",
        "open-items?limit=²",
        "open-items?cursor=x",
        "open-items?cursor=MTI=",
        "proposals?cursor=W10=",
        "verdicts?cursor=W10=",
        "verdicts?cursor=WzEsLTFd",
        "verdicts?cursor=WyIxIiwyXQ==",
        "verdicts?invoice=UNBEKANNT",
        "verdicts?invoice=RE-1%00",
    ],
)
def test_a_wrong_parameter_is_named(ask, query):
    answer = ask(query)
    assert answer.status_code == 400, answer.data
    assert answer.mimetype == "application/problem+json"
    name = query.partition("?")[2].partition("=")[0]
    assert name in answer.get_json()["detail"] or "UNBEKANNT" in answer.get_json()["detail"]


def test_it_answers_in_the_language_that_is_asked_for(ask):
    german = ask("verdicts?invoice=RE-1").get_json()["text"]
    english = ask("verdicts?invoice=RE-1", **{"Accept-Language": "en"}).get_json()["text"]
    assert german.startswith("Fällig seit 10.02.2026")
    assert english.startswith("Due on 2026-02-10")


def test_what_has_not_changed_is_not_sent_again(ask):
    tag = ask("open-items").headers["ETag"]
    again = ask("open-items", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "no-store"


def test_it_only_reads(rig, jwt):
    client = rig.web.test_client()
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(
            "/api/v1/open-items", headers={"Authorization": f"Bearer {jwt}"}
        )
        assert answer.status_code == 405


def test_the_example_of_the_documentation_runs(rig, jwt, tmp_path):
    """As it stands there, against a server that listens."""
    code = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[1]
    script = tmp_path / "example.py"
    script.write_text(code, "utf-8")
    ended = threading.Event()
    server = Server(rig.web, WebSettings(port=0))
    thread = threading.Thread(target=server.run, args=(ended.is_set,))
    thread.start()
    try:
        done = subprocess.run(
            [sys.executable, str(script)],
            env={"MAHNWERK_API": server.url, "MAHNWERK_API_TOKEN": jwt, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=30,
        )
    finally:
        ended.set()
        thread.join()
    assert done.stderr == ""
    assert "Beispiel Bau GmbH: 1428.00 EUR" in done.stdout.splitlines()
    assert done.returncode == 0
