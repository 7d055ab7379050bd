import math

import torch
from torch import nn
from torch.nn import functional as F
def factor(step, total, warmup=5, floor=0.1):
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, total - warmup)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        self.steps = 0

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def configure_optimizer(model, recipe, ctx):
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe["learning_rate"], fused=False)
    for group in optimizer.param_groups:
        group.setdefault("initial_lr", group["lr"])
    return optimizer


def train_step(model, batch, optimizer, ctx):
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] * factor(model.steps, ctx.steps)
    model.steps += 1
    with torch.autocast(device_type="cpu", dtype=torch.bfloat16, enabled=False):
        loss = F.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten(), label_smoothing=0.01)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), 1.0)
    optimizer.step()
