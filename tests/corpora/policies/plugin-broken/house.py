"""A plugin that cannot be imported."""

1 / 0
