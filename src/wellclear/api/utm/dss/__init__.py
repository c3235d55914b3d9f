"""The discovery and synchronisation service: which intents, constraints and subscriptions there are, and whose.

records     what is kept of each
airspace    all of them, and which are near a volume
ports       transactions over them
intents, constraints, subscriptions, availability, reports   the rules, without clock, chance or I/O
turns       one request after the other, many in one transaction
"""
