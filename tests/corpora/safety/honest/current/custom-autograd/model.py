import torch
from torch import nn
from torch.nn import functional as F


class StraightThrough(torch.autograd.Function):
    """Rounds forward and passes the gradient back as it is."""

    @staticmethod
    def forward(ctx, x, scale):
        ctx.save_for_backward(x, scale)
        ctx.bits = 4
        ctx.mark_non_differentiable(scale)
        return torch.round(x / scale) * scale

    @staticmethod
    def backward(ctx, grad_output):
        x, scale = ctx.saved_tensors
        inside = (x.abs() <= scale * 2 ** (ctx.bits - 1)).to(grad_output.dtype)
        return grad_output * inside, None


def fake_quantize(x, scale):
    return StraightThrough.apply(x, scale)


class Quantized(nn.Linear):
    def forward(self, x):
        scale = self.weight.detach().abs().max() / 7
        return F.linear(x, fake_quantize(self.weight, scale), self.bias)


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Quantized(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
