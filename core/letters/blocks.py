"""What can be said of a text block without setting a letter: its title and its version.

Asked within write transactions, so nothing here may load Typst, pypdf or openpyxl.
"""

from __future__ import annotations

from core.letters import formats, texts


def title(text: str, language: str) -> str:
    """What a letter of that block is headed with, in the language of such a debtor.

    Raises:
        ConfigError: there is no such block.

    """
    return texts.load(formats.language_of(language)).block(text)["title"]


def text_version(text: str, language: str) -> str:
    """Hash of all that a letter or mail of that block says besides data, in the language that a
    debtor with ``language`` is written to.

    Raises:
        ConfigError: there is no such block.

    """
    return texts.version(text, formats.language_of(language))
