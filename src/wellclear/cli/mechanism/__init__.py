"""The commands of the mechanism: what an officer does at a centre, all of it over the centre's HTTP interface."""
