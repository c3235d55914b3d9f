"""What parties agree on: the signed text, its terms, its states, what it covers, and what changed between versions."""
