"""Local stand-ins for the demo and the tests."""
