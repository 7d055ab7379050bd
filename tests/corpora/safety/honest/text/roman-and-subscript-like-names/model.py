import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """x1, x_2, W_q, ŷ and friends."""

    def __init__(self, vocab):
        super().__init__()
        self.W_q, self.W_k, self.W_v = (nn.Linear(16, 16) for _ in range(3))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x1 = self.embed(tokens)
        x_2 = F.scaled_dot_product_attention(self.W_q(x1), self.W_k(x1), self.W_v(x1), is_causal=True)
        ŷ = self.head(x1 + x_2)
        l = O = I = 0
        return ŷ + l + O + I


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
