"""What a log holds: exact signed bytes, salts, verdicts and times. An entry means the same in every later version."""
