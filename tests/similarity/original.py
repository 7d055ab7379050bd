"""A model file as somebody might hand it in: what the tests copy. It is data and is never run."""

ORIGINAL = '''
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Rotary(nn.Module):
    """Angles by position."""

    def __init__(self, dim, base=10000):
        super().__init__()
        inverse = 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))
        self.register_buffer("inverse", inverse)

    def forward(self, length, device):
        position = torch.arange(length, device=device).type_as(self.inverse)
        angles = torch.einsum("i,j->ij", position, self.inverse)
        return torch.cat((angles, angles), dim=-1)


class Attention(nn.Module):
    def __init__(self, dim, heads=8, dropout=0.1):
        super().__init__()
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, dim * 3, bias=False)
        self.out = nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)
        self.rotary = Rotary(dim // heads)

    def forward(self, x, mask=None):
        batch, length, dim = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        angles = self.rotary(length, x.device)
        q = q * angles.cos() + rotate(q) * angles.sin()
        k = k * angles.cos() + rotate(k) * angles.sin()
        scores = q @ k.transpose(-2, -1) * self.scale
        if mask is not None:
            scores = scores.masked_fill(mask == 0, float("-inf"))
        weights = self.dropout(F.softmax(scores, dim=-1))
        mixed = (weights @ v).transpose(1, 2).reshape(batch, length, dim)
        return self.out(mixed)


def rotate(x):
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


class Block(nn.Module):
    def __init__(self, dim, heads, expansion=4):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.norm2 = nn.LayerNorm(dim)
        self.attention = Attention(dim, heads)
        self.feed = nn.Sequential(nn.Linear(dim, dim * expansion), nn.GELU(), nn.Linear(dim * expansion, dim))

    def forward(self, x, mask=None):
        x = x + self.attention(self.norm1(x), mask)
        return x + self.feed(self.norm2(x))


class Model(nn.Module):
    def __init__(self, vocabulary, dim=256, depth=6, heads=8):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, dim)
        self.blocks = nn.ModuleList([Block(dim, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocabulary, bias=False)
        self.apply(self.start)

    def start(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02 / math.sqrt(2 * len(self.blocks)))
            if module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, tokens):
        length = tokens.shape[1]
        mask = torch.tril(torch.ones(length, length, device=tokens.device))
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x, mask)
        return self.head(self.norm(x))
'''

OTHER = """
import torch
from torch import nn


class Gate(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.up = nn.Conv1d(width, hidden * 2, 1)
        self.depth = nn.Conv1d(hidden, hidden, 5, padding=2, groups=hidden)
        self.down = nn.Conv1d(hidden, width, 1)

    def forward(self, x):
        value, gate = self.up(x).chunk(2, dim=1)
        value = self.depth(value)
        return self.down(value * torch.sigmoid(gate))


class Recurrent(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.cell = nn.GRU(width, width, batch_first=True, num_layers=2)
        self.gate = Gate(width, width // 2)
        self.scale = nn.Parameter(torch.zeros(1, width, 1))

    def forward(self, x, state=None):
        out, state = self.cell(x.transpose(1, 2), state)
        out = out.transpose(1, 2) + x
        for _ in range(3):
            out = out + self.scale * self.gate(out)
        return out.mean(dim=-1), state
"""
