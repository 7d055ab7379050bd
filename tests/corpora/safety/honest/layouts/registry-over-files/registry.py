"""Blocks by name."""

_BLOCKS = {}


def register_block(cls):
    """Notes a class under its lower-case name."""
    _BLOCKS[cls.__name__.lower()] = cls
    return cls


def create(name, *args, **kwargs):
    """A block by its name."""
    if name not in _BLOCKS:
        raise KeyError(f"unknown block {name!r}; known: {sorted(_BLOCKS)}")
    return _BLOCKS[name](*args, **kwargs)
