"""The connector to copy: a tiny platform that keeps its books in memory, and how it is read."""
