"""The real engine, for the tests that need it."""

from tests.runner.conftest import broker

__all__ = ["broker"]
