import torch
from torch import nn
from torch.nn import functional as F
class CausalConv1d(nn.Conv1d):
    def __init__(self, inputs, outputs, kernel_size, dilation=1, **kwargs):
        self.__padding = (kernel_size - 1) * dilation
        super().__init__(inputs, outputs, kernel_size, dilation=dilation, **kwargs)

    def forward(self, input):
        return super().forward(F.pad(input, ((self.kernel_size[0] - 1) * self.dilation[0], 0)))


class WaveBlock(nn.Module):
    def __init__(self, width, dilation):
        super().__init__()
        self.conv = CausalConv1d(width, 2 * width, 2, dilation=dilation)

    def forward(self, x):
        value, gate = self.conv(x).chunk(2, 1)
        return x + value.tanh() * gate.sigmoid()


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.layers = nn.Sequential(*(WaveBlock(16, 2**i) for i in range(4)))
        self.head = nn.Conv1d(16, vocab, 1)

    def forward(self, tokens):
        return self.head(self.layers(self.embed(tokens).transpose(1, 2))).transpose(1, 2)


def build_model(ctx):
    torch.nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
