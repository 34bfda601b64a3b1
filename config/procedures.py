"""Dunning procedures by name: the user's own folder first, then those that come with Mahnwerk."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from core.domain.procedure import DunningProcedure
from core.domain.procedure_file import is_procedure_name, parse_procedure
from core.errors import ConfigError

SHIPPED = Path(__file__).parent / "procedures"


def _folders(user_folder: Path | None) -> list[Path]:
    return [folder for folder in (user_folder, SHIPPED) if folder and folder.is_dir()]


def procedure_names(user_folder: Path | None = None) -> list[str]:
    """Names that can be loaded, in alphabetical order."""
    files = [path for folder in _folders(user_folder) for path in folder.glob("*.toml")]
    return sorted({path.stem for path in files if is_procedure_name(path.stem)})


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"{path}: nicht lesbar ({error.strerror}). Die Rechte der Datei prüfen.",
            en=f"{path}: cannot be read ({error.strerror}). Check its rights.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: ist kein UTF-8-Text. Die Datei als UTF-8 speichern.",
            en=f"{path}: is not UTF-8 text. Save it as UTF-8.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path}: ist kein gültiges TOML: {error}. Diese Zeile berichtigen.",
            en=f"{path}: is not valid TOML: {error}. Mend that line.",
        ) from error
    except RecursionError:
        raise ConfigError(
            f"{path}: ist zu tief verschachtelt. Ein Mahnverfahren hat nur Tabellen und Listen.",
            en=f"{path}: is nested too deeply. A procedure has tables and lists only.",
        ) from None


def load_procedure(name: str, user_folder: Path | None = None) -> DunningProcedure:
    """The procedure ``name``; a file in ``user_folder`` replaces the shipped one of that name.

    Raises:
        ConfigError: no such procedure, or its file cannot be used.

    """
    # The name becomes a file name: only a plain one may.
    if is_procedure_name(name):
        for folder in _folders(user_folder):
            path = folder / f"{name}.toml"
            if path.is_file():
                return _load(path, name)
    known = ", ".join(procedure_names(user_folder))
    raise ConfigError(
        f"Ein Mahnverfahren „{name}“ gibt es nicht. Bekannt: {known}.",
        en=f'There is no dunning procedure "{name}". Known: {known}.',
    )


def _load(path: Path, name: str) -> DunningProcedure:
    procedure = parse_procedure(_read(path), str(path))
    if procedure.name != name:
        raise ConfigError(
            f"{path}: name: lautet „{procedure.name}“, muss aber wie die Datei heißen: „{name}“.",
            en=f'{path}: name: is "{procedure.name}". It must be the name of the file: "{name}".',
        )
    return procedure


def procedure_loader(user_folder: Path | None = None) -> Callable[[str], DunningProcedure]:
    """``load_procedure`` for that folder that reads each file once, so that one command sees one
    content.
    """

    @cache
    def load(name: str) -> DunningProcedure:
        return load_procedure(name, user_folder)

    return load
