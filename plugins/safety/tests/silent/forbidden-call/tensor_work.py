import math
import random
from collections import Counter, deque
from contextlib import nullcontext
from functools import lru_cache, partial, reduce
from itertools import chain, product

import numpy as np
import torch
import torch.nn.functional as F
from einops import rearrange, repeat
from torch import einsum, nn

ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu, "silu": nn.SiLU(), "tanh": nn.GELU(approximate="tanh")}
NORMS = {"layer": nn.LayerNorm, "batch": nn.BatchNorm1d}


def attention(q, k, v, mask=None):
    scores = einsum("b h i d, b h j d -> b h i j", q, k) / math.sqrt(q.shape[-1])
    scores = scores.masked_fill(mask, float("-inf")) if mask is not None else scores
    weights = F.softmax(scores, dim=-1)
    out = torch.einsum("bhij,bhjd->bhid", weights, v)
    return rearrange(out, "b h n d -> b n (h d)"), repeat(weights, "b h i j -> b h i j 1")


def numbers(x):
    rng = np.random.default_rng(0)
    total = reduce(lambda a, b: a + b, [1, 2, 3])
    pairs = list(product(range(2), repeat=2))
    queue = deque(maxlen=3)
    queue.append(total)
    counts = Counter(chain.from_iterable(pairs))
    step = partial(F.dropout, p=0.1)
    with torch.no_grad(), nullcontext():
        y = step(x)
    with torch.autocast("cuda", enabled=False):
        y = y + torch.from_numpy(rng.normal(size=(3,)))
    return y, counts.most_common(1), queue


def build(name, size):
    norm = NORMS[name](size)
    act = ACTIVATIONS.get(name, F.relu)
    return norm, act


@lru_cache(maxsize=None)
def positions(n):
    return torch.arange(n, dtype=torch.float32)


def generate(model, tokens, steps=8):
    for _ in range(steps):
        logits = model(tokens)[:, -1]
        probs = F.softmax(logits, dim=-1)
        nxt = torch.multinomial(probs, 1)
        tokens = torch.cat([tokens, nxt], dim=1)
    return tokens


def optimizer(model, lr):
    decay = [p for n, p in model.named_parameters() if p.dim() > 1]
    rest = [p for n, p in model.named_parameters() if p.dim() <= 1]
    groups = [{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, step / 10))
    return optimizer, schedule
