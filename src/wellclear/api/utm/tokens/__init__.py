"""Who calls, by a token that an authority has signed, and what the caller may do."""
