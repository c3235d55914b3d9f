"""What centres say to each other: envelopes, bodies, lanes; bytes in, values out."""
