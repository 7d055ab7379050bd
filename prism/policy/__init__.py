"""Policies: read, checked against one composed schema, merged, weighed, and named by a digest."""
