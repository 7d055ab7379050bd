from torch import nn

from .sizes import WIDTH


class Last(nn.Module):
    """Predicts the byte after the sequence only, from its last four bytes."""

    def __init__(self, vocab_size, length):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, WIDTH)
        self.head = nn.Linear(4 * WIDTH, vocab_size)
        self.tied = self.head
        self.register_buffer("seen", torch_zeros())

    def forward(self, tokens):
        return self.head(self.embedding(tokens[:, -4:]).flatten(1))


def torch_zeros():
    import torch

    return torch.zeros((), dtype=torch.int64)
