import torch
from torch import nn
from torch.nn import functional as F
class Memory(nn.Module):
    """A differentiable memory that is read and written."""

    def __init__(self, slots, width):
        super().__init__()
        self.register_buffer("cells", torch.zeros(slots, width))

    def read(self, query):
        return torch.softmax(query @ self.cells.T, -1) @ self.cells

    def write(self, value):
        self.cells.mul_(0.9).add_(0.1 * value.detach().mean(dim=(0, 1)))

    def load(self, cells):
        self.cells.copy_(cells)

    def dump(self):
        return self.cells.clone()

    def connect(self, other):
        self.load(other.dump())

    def run(self, value):
        self.write(value)
        return self.read(value)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.memory = Memory(4, 16)
        self.memory.connect(Memory(4, 16))
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens) + self.memory.run(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
