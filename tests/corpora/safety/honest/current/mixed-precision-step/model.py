import torch
from torch import nn
from torch.nn import functional as F


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def compute_loss(model, batch, ctx):
    device = next(model.parameters()).device
    with torch.autocast(device_type=device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
        logits = model(batch.inputs)
    return F.cross_entropy(logits.float().flatten(0, 1), batch.targets.flatten())


def train_step(model, batch, optimizer, ctx):
    scaler = torch.amp.GradScaler("cuda", enabled=torch.cuda.is_available())
    optimizer.zero_grad(set_to_none=True)
    loss = compute_loss(model, batch, ctx)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
    return {"loss": loss.detach()}


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
