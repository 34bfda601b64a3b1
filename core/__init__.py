"""The thin core of Mahnwerk: rules, use cases, store and letters."""
