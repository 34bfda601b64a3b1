"""The store: SQLAlchemy Core on SQLite (default) and PostgreSQL, one code (architecture §4.11)."""
