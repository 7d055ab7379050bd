import torch
from torch import nn
from torch.nn import functional as F
from functools import lru_cache, partial

from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention

flex = torch.compile(flex_attention, dynamic=False)


def causal(b, h, q_idx, kv_idx):
    return q_idx >= kv_idx


def window(size, b, h, q_idx, kv_idx):
    return causal(b, h, q_idx, kv_idx) & (q_idx - kv_idx < size)


@lru_cache(maxsize=8)
def block_mask(length, size, device) -> BlockMask:
    return create_block_mask(partial(window, size), None, None, length, length, device=device)


def alibi(slopes):
    def score_mod(score, b, h, q_idx, kv_idx):
        return score + slopes[h] * (kv_idx - q_idx)

    return score_mod


class Attention(nn.Module):
    def __init__(self, width, use_flex=False):
        super().__init__()
        self.use_flex = use_flex
        self.qkv = nn.Linear(width, width * 3)

    def forward(self, x):
        query, key, value = (part.unsqueeze(1) for part in self.qkv(x).chunk(3, dim=-1))
        if self.use_flex and x.is_cuda:
            mask = block_mask(x.shape[1], 128, str(x.device))
            return flex(query, key, value, block_mask=mask).squeeze(1)
        return F.scaled_dot_product_attention(query, key, value, is_causal=True).squeeze(1)


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Attention(width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
