"""CAQH: the state of each profile, what stands in it, what disagrees with it, and the roster by which we ask for it.

CAQH's partner interface is not public, so files come in and files go out. Every reader here takes rows or trees, never a
path: a client that asks CAQH itself would hand over the same.
"""
