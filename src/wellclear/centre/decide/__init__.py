"""What a centre makes of an input: entries, or a refusal that changes nothing."""
