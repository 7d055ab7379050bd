import torch
from torch import nn
from torch.nn import functional as F
from torch.amp import GradScaler, autocast
from torch.cuda.amp import custom_bwd, custom_fwd


class Scale(torch.autograd.Function):
    @staticmethod
    @custom_fwd
    def forward(ctx, value):
        return value * 2

    @staticmethod
    @custom_bwd
    def backward(ctx, gradient):
        return gradient * 2


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    @autocast("cpu", enabled=False)
    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    model = Model(ctx.vocab_size)
    model.scaler = GradScaler(enabled=torch.cuda.is_available())
    return model


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
