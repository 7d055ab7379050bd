import torch
from torch import nn
from torch.nn import functional as F
class RoundStraightThrough(torch.autograd.Function):
    """Rounds forwards and passes gradients on."""

    @staticmethod
    def forward(ctx, value, levels):
        ctx.save_for_backward(value)
        ctx.levels = levels
        return torch.round(value * levels) / levels

    @staticmethod
    def backward(ctx, grad_output):
        (value,) = ctx.saved_tensors
        return grad_output * (value.abs() <= 1).to(grad_output.dtype), None


class Square(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(value):
        return value * value

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, gradient):
        return 2 * ctx.saved_tensors[0] * gradient


round_ste = RoundStraightThrough.apply


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = round_ste(self.embed(tokens), 16)
        return self.head(Square.apply(hidden))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
