"""Where a centre's log is kept: SQLite, PostgreSQL, and memory for tests and simulation. All speak one port."""
