"""Suites of a policy: projects kept beside it with what it must make of each, and the trial of them."""
