"""Raises while it is imported."""

raise RuntimeError("the catalogue is not there")
