"""Everything outside: one folder per accounting platform, one per delivery channel."""
