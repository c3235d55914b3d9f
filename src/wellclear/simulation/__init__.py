"""Centres on a virtual clock, network and disk: the real core under seeded faults, its rules watched at each step."""
