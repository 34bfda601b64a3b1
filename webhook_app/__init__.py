"""The web server: events in, the approval page, the read-only API, and how everything stands."""
