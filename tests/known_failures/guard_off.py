"""Takes one guard out of the running product, in a process of its own, and puts it back.

Product code knows nothing of this: functions are replaced or rewritten in memory, indexes are
dropped from a test's own database. A guard that is not where the table says raises
:class:`GuardMoved`, so that the table cannot grow stale.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

Off = Callable[[pytest.MonkeyPatch], None]
BITES = "bites"  # the verdict on a guard without which its test fails


class GuardMoved(Exception):
    """The table names a place that does not look as it says: mend the table."""


def without(target: str, instead: object) -> Off:
    """``module:function`` or ``module:Class.method`` replaced by ``instead``, wherever it is used.

    A property gets ``instead`` as its getter.
    """

    def off(patch: pytest.MonkeyPatch) -> None:
        owner, name, old = _find(target)
        new = property(instead) if isinstance(old, property) else instead  # type: ignore[arg-type]
        _put(patch, owner, name, old, new)

    return off


def around(target: str, wrapper: Callable[..., object]) -> Off:
    """The function with ``wrapper(function, *its arguments)`` in its place."""

    def off(patch: pytest.MonkeyPatch) -> None:
        owner, name, old = _find(target)
        _put(patch, owner, name, old, lambda *args, **kwargs: wrapper(old, *args, **kwargs))

    return off


def rewritten(target: str, *changes: tuple[str, str]) -> Off:
    """The function with pieces of its code replaced: each piece must be in it exactly once."""

    def off(patch: pytest.MonkeyPatch) -> None:
        owner, name, old = _find(target)
        function = old.fget if isinstance(old, property) else inspect.unwrap(old)
        source = textwrap.dedent(inspect.getsource(function))
        for piece, other in changes:
            if source.count(piece) != 1:
                raise GuardMoved(f"{target}: {source.count(piece)} x {piece!r}")
            source = source.replace(piece, other)
        _put(patch, owner, name, old, _compiled(function, name, source))

    return off


def index_gone(name: str) -> Off:
    """A unique index that every migrated store of the test goes without."""

    def off(patch: pytest.MonkeyPatch) -> None:
        from core.store.unit import SqlStore

        migrate = SqlStore.migrate

        def migrate_without(store: SqlStore) -> None:
            migrate(store)
            with store.write() as tx:
                tx.creditors._db.exec_driver_sql(f"DROP INDEX {name}")  # type: ignore[attr-defined]

        patch.setattr(SqlStore, "migrate", migrate_without)

    return off


def both(*offs: Off) -> Off:
    """Several at once, for one guard that stands in two places."""

    def off(patch: pytest.MonkeyPatch) -> None:
        for each in offs:
            each(patch)

    return off


def forget_cached() -> None:
    """What the rules have cached was computed with or without a guard."""
    for name, module in list(sys.modules.items()):
        if name.startswith("core.domain"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _find(target: str) -> tuple[Any, str, Any]:
    """(module or class, name in it, what stands there)."""
    path, _, qualified = target.partition(":")
    owner: Any = importlib.import_module(path)
    *outer, name = qualified.split(".")
    for each in outer:
        owner = getattr(owner, each, None)
    if owner is None or name not in vars(owner):
        raise GuardMoved(target)
    return owner, name, vars(owner)[name]


def _compiled(function: FunctionType, name: str, source: str) -> object:
    tree = ast.parse(source)
    first = tree.body[0]
    if isinstance(first, ast.FunctionDef):
        # property() is put around it again; other decorators (caches) stay.
        first.decorator_list = [d for d in first.decorator_list if ast.unparse(d) != "property"]
    made: dict[str, object] = {}
    code = compile(tree, f"<guard off: {name}>", "exec", annotations.compiler_flag)
    exec(code, function.__globals__, made)  # noqa: S102 — our own source, one piece changed
    return made[function.__name__]


def _put(patch: pytest.MonkeyPatch, owner: Any, name: str, old: object, new: object) -> None:
    if isinstance(old, property) and not isinstance(new, property):
        new = property(new)  # type: ignore[arg-type]
    patch.setattr(owner, name, new)
    if not isinstance(owner, ModuleType):
        return
    # Modules that imported it by name hold their own reference.
    for module in list(sys.modules.values()):
        if module is not owner and _is_ours(module):
            for theirs, value in list(vars(module).items()):
                if value is old:
                    patch.setattr(module, theirs, new)


def _is_ours(module: ModuleType) -> bool:
    """Product code, and tests: they import by name too."""
    file = getattr(module, "__file__", None) or ""
    return file.startswith(str(_ROOT)) and "site-packages" not in file


_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Guard:
    """``what`` is guarded in one sentence, ``where`` it stands, and the test that must fail."""

    failure: int
    what: str
    where: str
    off: Off
    test: str
