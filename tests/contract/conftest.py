"""Lets pytest explain what failed inside the suites, which are no test files themselves."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "suite_bank",
    "suite_basics",
    "suite_changes",
    "suite_extras",
    "suite_faults",
    "suite_records",
    "suite_streams",
    "file_suite",
    "mirror",
    "live_suite",
    "sevdesk_points",
)
