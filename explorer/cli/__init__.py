"""The command line: one short module a command; only the window's imports Qt."""
