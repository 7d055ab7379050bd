"""Sizes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    vocabulary: int = 256
    width: int = 64
    depth: int = 2
