"""`mahnwerk …`: one file per command group."""
