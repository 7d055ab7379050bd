"""Many things that models and recipes use."""
import copy
import math
import warnings
from collections import OrderedDict, defaultdict, deque, namedtuple
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum
from functools import lru_cache, partial, reduce, wraps
from itertools import chain, pairwise
from typing import NamedTuple, Optional, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, parameters_to_vector
from torch.nn.utils.parametrizations import orthogonal, spectral_norm, weight_norm
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.nn.utils.stateless import functional_call as stateless_call
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, OneCycleLR, SequentialLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential
from torch.utils.data import DataLoader, Dataset, RandomSampler, TensorDataset

Pair = namedtuple("Pair", "a b")


class Kind(Enum):
    ONE = "one"
    TWO = "two"


class Shape(NamedTuple):
    width: int = 32
    heads: int = 4


@dataclass(frozen=True, slots=True)
class Config:
    shape: Shape = Shape()
    layers: int = 2
    names: list[str] = field(default_factory=list)


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


@torch.jit.script
def fused(x, y: float):
    return torch.relu(x) * y


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config.shape.width
        self.norm = nn.LayerNorm(width)
        self.qkv = weight_norm(nn.Linear(width, 3 * width))
        self.out = spectral_norm(nn.Linear(width, width))
        self.mix = orthogonal(nn.Linear(width, width, bias=False))
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.heads = config.shape.heads

    def forward(self, x):
        b, t, w = x.shape
        q, k, v = self.qkv(self.norm(x)).view(b, t, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        y = y.transpose(1, 2).reshape(b, t, w)
        x = x + self.out(y) + self.mix(x)
        packed = pack_padded_sequence(x, torch.full((b,), t), batch_first=True)
        z, _ = self.rnn(packed)
        z, _ = pad_packed_sequence(z, batch_first=True)
        return x + Square.apply(z) * 0.01


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(256, config.shape.width)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.layers)])
        self.head = nn.Linear(config.shape.width, 256)
        self.conv = nn.Sequential(OrderedDict(c=nn.Conv1d(config.shape.width, config.shape.width, 3, padding=2)))
        self.register_buffer("rotary", torch.polar(torch.ones(4), torch.arange(4.0)))
        self.register_forward_hook(lambda m, i, o: None)
        self.apply(self.initialise)

    @staticmethod
    def initialise(module):
        if isinstance(module, nn.Embedding):
            nn.init.trunc_normal_(module.weight, std=0.02)

    def forward(self, x):
        y = self.embed(x)
        for block in self.blocks:
            y = checkpoint(block, y, use_reentrant=False) if self.training else block(y)
        y = y + self.conv(y.transpose(1, 2))[..., : x.shape[1]].transpose(1, 2)
        return self.head(y)


@lru_cache(maxsize=None)
def table(n):
    return tuple(math.sqrt(i) for i in range(n))


def build_model(ctx):
    config = replace(Config(), layers=1)
    warnings.warn("a warning", stacklevel=2)
    try:
        torch.zeros(2) @ torch.zeros(3)
    except RuntimeError as error:
        warnings.warn(str(error))
    model = Model(config)
    twin = copy.deepcopy(model)
    print(model, [f.name for f in fields(config)], table(3), Kind("one"), Pair(1, 2))
    model.load_state_dict(twin.state_dict(), strict=True)
    torch.set_float32_matmul_precision("high")
    fused(torch.ones(2), 0.5)
    params = dict(twin.named_parameters())
    torch.func.functional_call(twin, params, (torch.zeros(1, 16, dtype=torch.long),))
    torch.func.grad(lambda z: (z**2).sum())(torch.ones(3))
    torch.vmap(torch.dot)(torch.ones(2, 3), torch.ones(2, 3))
    torch.fft.irfft(torch.fft.rfft(torch.ones(8)))
    torch.einsum("ij,jk->ik", torch.ones(2, 2), torch.ones(2, 2))
    torch.distributions.Categorical(logits=torch.zeros(3)).sample()
    torch.linalg.svd(torch.eye(3))
    gen = torch.Generator().manual_seed(3)
    torch.randn(3, generator=gen)
    AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    nn.TransformerEncoderLayer(32, 4, batch_first=True)(torch.zeros(1, 4, 32))
    nn.MultiheadAttention(32, 4)(torch.zeros(4, 1, 32), torch.zeros(4, 1, 32), torch.zeros(4, 1, 32))
    repr(torch.ones(3)), str(torch.finfo(torch.float32).max), torch.ones(3).tolist()
    return model


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def configure_optimizer(model, recipe, ctx):
    decay = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decay}, {"params": rest, "weight_decay": 0.0}], lr=1e-3)
    for kind in (torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adagrad, torch.optim.NAdam, torch.optim.RAdam, torch.optim.LBFGS, torch.optim.Adamax, torch.optim.Adadelta, torch.optim.ASGD, torch.optim.Rprop, torch.optim.Adafactor):
        kind([nn.Parameter(torch.zeros(2, 2))], lr=0.1)
    warm = LinearLR(optimizer, 0.1, 1.0, 2)
    SequentialLR(optimizer, [warm, CosineAnnealingLR(optimizer, 4)], [2])
    LambdaLR(optimizer, lambda step: 1.0)
    optimizer.register_step_post_hook(lambda *a: None)
    return optimizer


def train_step(model, batch, optimizer, ctx):
    loader = DataLoader(TensorDataset(batch.inputs, batch.targets), batch_size=1, shuffle=True)
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    for inputs, targets in loader:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(inputs)
        loss = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), label_smoothing=0.1)
        scaler.scale(loss).backward()
        clip_grad_norm_(model.parameters(), 1.0, foreach=True)
        scaler.step(optimizer)
        scaler.update()
    scheduler = CosineAnnealingLR(optimizer, 4)
    scheduler.step()
    scheduler.state_dict()
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        model(batch.inputs)
