"""Writes ``.env.example`` from the settings: ``python -m config.env_example > .env.example``."""

from __future__ import annotations

from config.settings import PREFIX, Settings


def render() -> str:
    """The text of ``.env.example``; the same on every machine."""
    lines = [
        "# Settings of Mahnwerk; every one is optional.",
        "# Made by: python -m config.env_example > .env.example",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default is None else str(field.default)
        lines += ["", f"# {field.description}", f"# {PREFIX}{name.upper()}={default}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render(), end="")
