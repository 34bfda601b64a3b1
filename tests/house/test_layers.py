"""The import contracts of pyproject.toml hold, and each of them bites when it is broken.

A contract that cannot fail protects nothing: for each one a violation is planted in a copy of
the packages, and import-linter must name exactly that contract as broken.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {c["id"]: c for c in PYPROJECT["tool"]["importlinter"]["contracts"]}
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]

# contract -> (file that gets the offending line, the line)
VIOLATIONS = {
    "layers": ("core/domain/money.py", "import core.ports"),
    "pure-domain": ("core/domain/money.py", "import babel"),
    "services-over-ports": ("core/services/app.py", "import sqlalchemy"),
    "independent-connectors": ("connectors/smtp/__init__.py", "import connectors.datev_csv"),
    "settings-in-bootstrap": ("connectors/smtp/__init__.py", "import config.settings"),
    "entry-points": ("cli/__init__.py", "import core.store"),
    "stand-ins": ("sandbox/serve.py", "import connectors.smtp"),
}


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Runs import-linter over the packages in ``folder``; its configuration is ours."""
    only = [word for contract in contracts for word in ("--contract", contract)]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as m; m()"]
    return subprocess.run(
        [*command, "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo", *only],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return tmp_path


def test_every_contract_is_kept(copy: Path) -> None:
    result = lint(copy)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken" in result.stdout, result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str) -> None:
    assert contract in VIOLATIONS, f"plant a violation of {contract} here"
    path, line = VIOLATIONS[contract]
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    result = lint(copy, contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout
    assert line.removeprefix("import ") in result.stdout


def test_the_independence_contract_names_every_connector() -> None:
    folders = {p.parent.name for p in (ROOT / "connectors").glob("*/__init__.py")}
    listed = {m.removeprefix("connectors.") for m in CONTRACTS["independent-connectors"]["modules"]}
    assert folders, "no connector found"
    assert listed == folders


def test_every_package_of_the_distribution_is_linted_and_type_checked() -> None:
    shipped = {
        p.rstrip("*") for p in PYPROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert shipped == set(PACKAGES)
    assert shipped == set(PYPROJECT["tool"]["mypy"]["packages"])
    assert shipped == set(PYPROJECT["tool"]["coverage"]["run"]["source"])


def test_the_domain_imports_only_the_standard_library_and_itself() -> None:
    """The contract lists third-party packages by name; this one knows no list."""
    allowed = {*sys.stdlib_module_names, "core"}
    files = [*(ROOT / "core/domain").rglob("*.py"), ROOT / "core/errors.py"]
    assert len(files) > 5
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert {name.split(".")[0] for name in names} <= allowed, f"{path.name}: {names}"
