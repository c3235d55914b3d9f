"""Links between centres, over HTTPS with pinned keys."""
