"""What is loaded late is not loaded within a write transaction."""

import subprocess
import sys

_ASK = """
import sys
from config.late import LateRenderer

renderer = LateRenderer()
title, version = renderer.title("reminder", "de"), renderer.text_version("reminder", "de")
heavy = sorted({"typst", "pypdf", "openpyxl"} & set(sys.modules))
from core.letters.renderer import LetterRenderer

full = LetterRenderer()
same = (title, version) == (full.title("reminder", "de"), full.text_version("reminder", "de"))
print(title, heavy, same)
"""


def test_a_title_and_a_version_load_nothing_that_sets_letters():
    done = subprocess.run(
        [sys.executable, "-c", _ASK], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "Zahlungserinnerung [] True"
