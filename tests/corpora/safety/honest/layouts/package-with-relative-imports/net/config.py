from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Model


@dataclass
class Config:
    vocab: int = 256
    width: int = 16

    def build(self) -> Model:
        from .model import Model

        return Model(self)
