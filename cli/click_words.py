"""What click itself says, in German: its headings, its help options, its refusals.

Click asks gettext for its sentences, which would want compiled catalogues beside the program and
knows nothing of MAHNWERK_LANGUAGE. Its modules hold the two functions under fixed names; they are
replaced there.
"""

from __future__ import annotations

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

from cli.i18n import tr

_MODULES = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.types,
)
GERMAN = {
    "Usage:": "Aufruf:",
    "Options": "Optionen",
    "Commands": "Befehle",
    "Show this message and exit.": "Zeigt diese Hilfe.",
    "Show the version and exit.": "Zeigt die Version.",
    "default: {default}": "sonst: {default}",
    "required": "nötig",
    "(dynamic)": "(wechselt)",
    "Missing command.": "Es fehlt ein Befehl.",
    "Missing argument": "Es fehlt",
    "Missing option": "Es fehlt",
    "Missing parameter": "Es fehlt",
    "Missing parameter: {param_name}": "Es fehlt {param_name}",
    "Invalid value: {message}": "{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint}: {message}",
    "No such option {name!r}.": "Die Option „{name}“ gibt es nicht.",
    "No such command {name!r}.": "Den Befehl „{name}“ gibt es nicht.",
    "Did you mean {possibility}?": "Ist {possibility} gemeint?",
    "(Did you mean one of: {possibilities}?)": "(Ist eine davon gemeint: {possibilities}?)",
    "Choose from:\n\t{choices}": "Möglich:\n\t{choices}",
    "{value!r} is not {choice}.": "„{value}“ geht nicht; möglich: {choice}.",
    "{value!r} is not one of {choices}.": "„{value}“ geht nicht; möglich: {choices}.",
    "{value!r} is not a valid {number_type}.": "„{value}“ ist keine Zahl.",
    "{value} is not in the range {range}.": "{value} liegt außerhalb; möglich: {range}.",
    "Option {name!r} requires an argument.": "Zur Option „{name}“ fehlt die Angabe.",
    "Option {name!r} does not take a value.": "Die Option „{name}“ nimmt keinen Wert.",
    "Argument {name!r} takes {nargs} values.": "„{name}“ braucht {nargs} Angaben.",
    "Got unexpected extra argument ({args})": "Eine Angabe zu viel: {args}",
    "Got unexpected extra arguments ({args})": "Angaben zu viel: {args}",
    "file": "Datei",
    "directory": "Ordner",
    "path": "Pfad",
    "{name} {filename!r} does not exist.": "„{filename}“ gibt es nicht.",
    "{name} {filename!r} is a file.": "„{filename}“ ist eine Datei.",
    "{name} {filename!r} is a directory.": "„{filename}“ ist ein Ordner.",
    "{name} {filename!r} is not readable.": "„{filename}“ lässt sich nicht lesen.",
    "{name} {filename!r} is not writable.": "„{filename}“ lässt sich nicht schreiben.",
}


def speak() -> None:
    """From now on click says its sentences in the language of the command."""
    for module in _MODULES:
        for name, said in (("_", _one), ("ngettext", _counted)):
            if name in vars(module):
                vars(module)[name] = said


def _one(text: str) -> str:
    return tr(GERMAN.get(text, text), text)


def _counted(one: str, many: str, number: int) -> str:
    return _one(one if number == 1 else many)
