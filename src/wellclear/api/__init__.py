"""The HTTP interface of a centre for its officers and their programs."""
