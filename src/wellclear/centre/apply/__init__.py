"""What each entry makes of the state: it copies what the entry says; it never signs, compares or reads a clock."""
