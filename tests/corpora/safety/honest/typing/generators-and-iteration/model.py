from itertools import accumulate, chain, count, cycle, islice, pairwise, product, repeat, starmap, zip_longest
from collections import Counter, defaultdict, deque
import bisect
import heapq

import torch
from torch import nn
from torch.nn import functional as F
def widths(first):
    value = first
    while True:
        yield value
        value = value * 2 % 48 or 16


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        sizes = list(islice(widths(16), 3)) + [16]
        self.layers = nn.ModuleList(starmap(nn.Linear, pairwise(sizes)))
        self.offsets = list(accumulate(chain([0], sizes)))
        self.where = bisect.bisect_left(self.offsets, 20)
        counts = Counter(size for size, _ in zip(sizes, count()))
        groups = defaultdict(list)
        for size, (row, column) in zip(sizes, product(range(2), repeat=2)):
            groups[size].append((row, column))
        queue = deque(maxlen=4)
        queue.extend(heapq.nlargest(2, counts))
        self.rates = list(zip_longest(repeat(0.1, 2), islice(cycle([1, 2]), 3), fillvalue=0))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        for layer in self.layers:
            hidden = torch.tanh(layer(hidden))
        return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
