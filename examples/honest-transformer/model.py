"""A small decoder-only transformer over bytes: the entrypoint of a project of several files."""

import torch
from torch import nn
from torch.nn import functional

from blocks import Block, sinusoidal_positions
from config import ModelConfig, Recipe


class Transformer(nn.Module):
    """Logits of the next byte at every position; the output layer shares the embedding's weights."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(config.vocab_size, config.width)
        nn.init.normal_(self.embedding.weight, std=0.05)
        positions = sinusoidal_positions(config.sequence_length, config.width)
        self.register_buffer("positions", 0.1 * positions, persistent=False)
        self.blocks = nn.ModuleList(
            Block(config.width, config.heads, config.dropout) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, config.vocab_size, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        hidden = self.embedding(tokens) + self.positions[: tokens.shape[1]]
        for block in self.blocks:
            hidden = block(hidden)
        return self.head(self.norm(hidden))


def build_model(ctx):
    return Transformer(ModelConfig(vocab_size=ctx.vocab_size, sequence_length=ctx.sequence_length))


def get_recipe(ctx):
    return Recipe(warmup_steps=max(1, ctx.steps // 12))


def configure_optimizer(model, recipe, ctx):
    decayed = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    plain = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    groups = [
        {"params": decayed, "weight_decay": recipe.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.95))


def compute_loss(model, batch, ctx):
    logits = model(batch.inputs)
    return functional.cross_entropy(logits.reshape(-1, ctx.vocab_size), batch.targets.reshape(-1))


def inference_logits(model, batch, ctx):
    return model(batch.inputs)[:, -1]
