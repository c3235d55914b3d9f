"""Conflicts between planned uses of airspace, found exactly."""
