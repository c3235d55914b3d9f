"""What a centre knows: frozen values, so that a numbered state can be read anywhere while the writer goes on."""
