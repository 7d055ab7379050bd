"""A tiny honest model with its own training step, small enough that a run is mostly start-up."""

import torch
from torch import nn


class Tiny(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 8)
        self.head = nn.Linear(8, vocab_size)

    def forward(self, tokens):
        return self.head(self.embedding(tokens))


def build_model(ctx):
    return Tiny(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1.0}


def configure_optimizer(model, recipe, ctx):
    return recipe["learning_rate"]


def train_step(model, batch, optimizer, ctx):
    logits = model(batch.inputs)
    loss = nn.functional.cross_entropy(logits.reshape(-1, ctx.vocab_size), batch.targets.reshape(-1))
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    with torch.no_grad():
        for parameter, gradient in zip(model.parameters(), gradients):
            parameter -= optimizer * gradient
