"""Sizes and training settings in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the transformer."""

    vocab_size: int
    sequence_length: int
    width: int = 96
    heads: int = 4
    layers: int = 2
    dropout: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """How the model is trained."""

    learning_rate: float = 4e-3
    weight_decay: float = 0.01
    warmup_steps: int = 5
    gradient_clip: float = 1.0
