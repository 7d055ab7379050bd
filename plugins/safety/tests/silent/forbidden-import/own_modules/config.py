from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    size: int = 4
