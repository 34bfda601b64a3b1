"""Measurements, each beside the floor that it is judged by; see docs/performance.md."""
