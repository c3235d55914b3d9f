"""Parties, operations and minima as frozen values: who holds one holds a valid one."""
