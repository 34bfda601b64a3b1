"""How hot: a sample in every run of the suite, everything with ``MAHNWERK_FIRE=full``."""

import os

FULL = os.environ.get("MAHNWERK_FIRE", "") == "full"


def size(sample, full):
    """The one of them that is asked for."""
    return full if FULL else sample
