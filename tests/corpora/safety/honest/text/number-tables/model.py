import torch
from torch import nn
from torch.nn import functional as F
# Nodes and weights of a 16-point Gauss-Legendre rule (half of each, the rest by symmetry).
NODES = (0.0950125098376374, 0.2816035507792589, 0.4580167776572274, 0.6178762444026438, 0.7554044083550030, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499)
WEIGHTS = (0.1894506104550685, 0.1826034150449236, 0.1691565193950025, 0.1495959888165767, 0.1246289712555339, 0.0951585116824928, 0.0622535239386479, 0.0271524594117541)
PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151]
MULTIPLIERS = [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93]
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
FREQUENCIES = [
    8.167, 1.492, 2.782, 4.253, 12.702, 2.228, 2.015, 6.094, 6.966, 0.153, 0.772, 4.025, 2.406,
    6.749, 7.507, 1.929, 0.095, 5.987, 6.327, 9.056, 2.758, 0.978, 2.360, 0.150, 1.974, 0.074,
]


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.register_buffer("prior", torch.tensor(FREQUENCIES) / 100)
        self.area = 2 * sum(weight * node**2 for node, weight in zip(NODES, WEIGHTS))
        self.mask = MULTIPLIERS[0] & 0xFF
        self.embed = nn.Embedding(vocab, PRIMES[6] - 1)
        self.head = nn.Linear(PRIMES[6] - 1, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens)) * self.area


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
