"""Bytes of the outside world to operations and back."""
