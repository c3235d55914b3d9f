"""The USS of ASTM F3548-21: flights that are planned here, and what peers tell of theirs."""
