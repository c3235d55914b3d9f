"""Positions, heights, footprints and spans on the WGS 84 ellipsoid. Knows nothing of parties or plans."""
