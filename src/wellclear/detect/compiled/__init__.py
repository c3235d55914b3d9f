"""The compiled path: a tree of boxes and kernels in numba, for a million volumes. Needs the extra ``fast``."""
