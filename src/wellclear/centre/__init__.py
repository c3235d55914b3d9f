"""A party's centre: a pure function over its log, the one writer, and the ports that both need."""
