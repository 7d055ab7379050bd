import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import Dataset, TensorDataset


class Windows(Dataset):
    """Windows of a text, as pairs of inputs and targets."""

    def __init__(self, values, size):
        self.values, self.size = values, size

    def __len__(self):
        return len(self.values) - self.size

    def __getitem__(self, index):
        window = self.values[index : index + self.size + 1]
        return window[:-1], window[1:]


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        windows = Windows(torch.arange(32), 8)
        self.count = len(windows) + len(TensorDataset(windows[0][0]))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
