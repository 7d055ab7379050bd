"""The network."""

from . import config, layers
from .model import Model

__all__ = ["Model", "config", "layers"]
