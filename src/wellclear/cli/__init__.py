"""The command line: the one place with files, a clock and a terminal."""
