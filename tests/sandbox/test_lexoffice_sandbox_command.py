"""``mahnwerk sandbox``: as its own process, ended by signals."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.fixture
def command(tmp_path):
    started = []

    def start(*options, language="de"):
        keep = {k: v for k, v in os.environ.items() if not k.startswith("MAHNWERK_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "sandbox", "--port", "0", *options],
            cwd=ROOT,
            env={**keep, "MAHNWERK_LANGUAGE": language, "MAHNWERK_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def document(process):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            break
    return json.loads("".join(lines))


@pytest.mark.skipif(sys.platform == "win32", reason="cannot here: signals of POSIX")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_one_document_serves_and_ends_cleanly(command, ending):
    process = command("--json")
    told = document(process)
    assert set(told) == {"base_url", "api_key", "organization_id", "control", "connect"}
    assert told["connect"] == (
        f"mahnwerk connect lexoffice --set api_base={told['base_url']} "
        f"--set api_key={told['api_key']}"
    )
    key = {"Authorization": f"Bearer {told['api_key']}"}
    query = "voucherType=any&voucherStatus=any"
    answer = requests.get(f"{told['base_url']}/v1/voucherlist?{query}", headers=key, timeout=10)
    assert len(answer.json()["content"]) >= 15
    assert requests.get(told["control"], timeout=10).ok
    process.send_signal(ending)
    out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("", "", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="cannot here: signals of POSIX")
def test_an_empty_one_without_limit_says_how_to_connect(command):
    process = command("--empty", "--no-limit", language="en")
    lines = [process.stdout.readline() for _ in range(5)]
    url = re.search(r"http://127\.0\.0\.1:\d+", lines[0])[0]
    assert f"mahnwerk connect lexoffice --set api_base={url} --set api_key=" in lines[2]
    key = {"Authorization": "Bearer sandbox-key-0001"}
    with requests.Session() as session:
        answers = [session.get(f"{url}/v1/contacts", headers=key, timeout=10) for _ in range(12)]
    assert {each.status_code for each in answers} == {200}
    assert answers[0].json()["totalElements"] == 0
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert (err, process.returncode) == ("Ended.\n", 0)


def test_a_port_that_is_taken_is_said_with_the_remedy(command):
    told = document(command("--json"))
    port = told["base_url"].rpartition(":")[2]
    process = command("--port", port)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 64
    assert f"Port {port} ist belegt" in err
    assert "mahnwerk sandbox --port 0" in err


def test_the_page_names_every_variant_fault_and_operation():
    from sandbox.lexoffice import FAULT_KINDS, VARIANTS
    from sandbox.lexoffice.desk import OPERATIONS

    unverified = PAGE.split("## Unverified points")[1]
    for name, values in VARIANTS.items():
        (row,) = [line for line in unverified.splitlines() if line.startswith(f"| `{name}` |")]
        assert values[0] in row.split("|")[2]
    missing = [name for name in (*FAULT_KINDS, *OPERATIONS) if f"`{name}`" not in PAGE]
    assert missing == []
