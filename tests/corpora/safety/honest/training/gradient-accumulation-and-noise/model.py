import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        self.generator = torch.Generator().manual_seed(1)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def train_step(model, batch, optimizer, ctx):
    losses = []
    for inputs, targets in zip(batch.inputs.chunk(2), batch.targets.chunk(2)):
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()) / 2
        loss.backward()
        losses.append(loss.detach())
    for p in model.parameters():
        p.grad += 1e-4 * torch.randn(p.shape, generator=model.generator)
    optimizer.step()
    optimizer.zero_grad()
    return torch.stack(losses).sum()
