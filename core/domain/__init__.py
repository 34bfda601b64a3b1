"""Pure rules and types: standard library only, no clock, no I/O; the day is an argument."""
