"""Where the parts of a centre are put together: its files, its settings, its officers, its store and its links."""
