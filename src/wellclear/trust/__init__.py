"""Keys, signatures, the Merkle tree and checkpoints: bytes and proofs, nothing of what they speak about.

Nothing here reads a clock, a file or a source of chance: times, stored hashes and random bytes come in as arguments.
"""
