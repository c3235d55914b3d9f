"""Reading back: the safety fields entered again and compared, what changed, and what looks wrong."""
