"""The USS within a centre: flights become operations of the mechanism, the party's own become constraints.

sponsoring  flights that are planned here, and those that peers' operators file, as operations of the centre
publishing  own operations and hazards as constraints, which need no key and wait for nobody
pieces      what one constraint may hold: a day, and an area that every DSS takes
listening   subscriptions, so that what operators file near the party is heard

Each looks at what is on disk and makes what is missing, so that after a restart nothing has to be remembered.
"""
