import math

import torch
from torch import nn
from torch.nn import functional as F
def timestep_embedding(t, dim, max_period=10_000):
    half = dim // 2
    freqs = torch.exp(-math.log(max_period) * torch.arange(half, device=t.device) / half)
    args = t[:, None].float() * freqs[None]
    return torch.cat([args.cos(), args.sin()], dim=-1)


class ResBlock(nn.Module):
    def __init__(self, inputs, outputs, time):
        super().__init__()
        self.norm = nn.GroupNorm(4, inputs)
        self.conv = nn.Conv1d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(time, 2 * outputs)
        self.skip = nn.Conv1d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, t):
        scale, shift = self.time(t)[..., None].chunk(2, dim=1)
        return self.skip(x) + self.conv(F.silu(self.norm(x))) * (1 + scale) + shift


class UNet(nn.Module):
    def __init__(self, width=8, multipliers=(1, 2)):
        super().__init__()
        widths = [width * m for m in multipliers]
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for i, (a, b) in enumerate(zip(widths, widths[1:] + widths[-1:])):
            self.downs.append(nn.ModuleDict({"block": ResBlock(a, b, 16), "down": nn.AvgPool1d(2)}))
            self.ups.insert(0, nn.ModuleDict({"block": ResBlock(2 * b, a, 16), "up": nn.Upsample(scale_factor=2)}))

    def forward(self, x, t):
        t, skips = timestep_embedding(t, 16), []
        for stage in self.downs:
            x = stage["block"](x, t)
            skips.append(x)
            x = stage["down"](x)
        for stage in self.ups:
            skip = skips.pop()
            x = F.interpolate(stage["up"](x), size=skip.shape[-1], mode="nearest")
            x = stage["block"](torch.cat((x, skip), dim=1), t)
        return x


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 8)
        self.unet = UNet()
        self.head = nn.Linear(8, vocab)

    def forward(self, tokens):
        x = self.embed(tokens).transpose(1, 2)
        t = torch.full((x.shape[0],), 3, device=x.device)
        return self.head(self.unet(x, t).transpose(1, 2))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
