import torch
from torch import nn
from torch.nn import functional as F
import math


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def warm_then_cosine(step, warm=10, total=100, lowest=0.1):
    if step < warm:
        return (step + 1) / warm
    done = min(1.0, (step - warm) / max(1, total - warm))
    return lowest + 0.5 * (1 - lowest) * (1 + math.cos(math.pi * done))


def configure_optimizer(model, recipe, ctx):
    groups = {"decay": [], "plain": []}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups["decay" if parameter.ndim > 1 and not name.endswith("bias") else "plain"].append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": groups["decay"], "weight_decay": 0.1}, {"params": groups["plain"], "weight_decay": 0.0}],
        lr=1e-3,
        betas=(0.9, 0.95),
        fused=torch.cuda.is_available(),
    )
    optimizer.schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, warm_then_cosine)
    return optimizer


def train_step(model, batch, optimizer, ctx):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten())
    loss.backward()
    optimizer.step()
    if hasattr(optimizer, "schedule"):
        optimizer.schedule.step()
    return {"loss": loss.item(), "lr": optimizer.param_groups[0]["lr"]}


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
