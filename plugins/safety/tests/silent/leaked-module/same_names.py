import numpy as np
import torch


def build(x, rng):
    rng = np.random.default_rng(0)
    a = torch.random.get_rng_state()
    b = torch.select(x, 0, 1)
    c = torch.trace(x)
    d = np.array([1, 2]).copy()
    e = torch.fft.rfft(x)
    f = torch.special.erf(x)
    g = x.select(0, 1).copy_(x)
    h = torch.types.Device
    i = np.select([x > 0], [x])
    j = torch.Tensor.select(x, 0, 0)
    k = torch.distributions.Normal(0, 1)
    m = torch.cuda.random.get_rng_state
    return rng, a, b, c, d, e, f, g, h, i, j, k, m
