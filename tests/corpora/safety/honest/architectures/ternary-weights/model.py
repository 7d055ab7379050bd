import torch
from torch import nn
from torch.nn import functional as F
class BitLinear(nn.Linear):
    """Weights of -1, 0 and 1 forwards; full precision backwards."""

    def forward(self, input):
        scale = 1.0 / self.weight.abs().mean().clamp_(min=1e-5)
        ternary = (self.weight * scale).round().clamp_(-1, 1) / scale
        weight = self.weight + (ternary - self.weight).detach()
        bound = 127.0 / input.abs().amax(-1, keepdim=True).clamp_(min=1e-5)
        return F.linear(input + ((input * bound).round() / bound - input).detach(), weight, self.bias)


def replace(module):
    for name, child in list(module.named_children()):
        if type(child) is nn.Linear:
            module.add_module(name, BitLinear(child.in_features, child.out_features))
            module._modules[name].load_state_dict(child.state_dict())
        else:
            replace(child)
    return module


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.mix = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 16))
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.mix(self.embed(tokens)))


def build_model(ctx):
    return replace(Model(ctx.vocab_size))


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
