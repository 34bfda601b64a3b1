"""What comes in by HTTP: events of platforms, the approval page and the API."""
