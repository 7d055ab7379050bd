import torch as t
import torch.nn.functional as f


def get_recipe(ctx):
    return {"learning_rate": 1e-3, "optimizer": "adamw"}


class Unit(t.nn.Module):
    def forward(self, z):
        right = t.tanh(self.right(z))
        left = t.sigmoid(self.left(z))
        return self.last(left * right)

    def __init__(self, d):
        super().__init__()
        self.last = t.nn.Linear(2 * d, d)
        self.right = t.nn.Linear(d, 2 * d)
        self.left = t.nn.Linear(d, 2 * d)


def build_model(ctx):
    net = Net(ctx.vocab_size, 16, 2)
    return net


class Net(t.nn.Module):
    def __init__(self, symbols, d, n):
        super().__init__()
        self.norm_at_end = t.nn.LayerNorm(d)
        self.logits = t.nn.Linear(d, symbols)
        self.units = t.nn.ModuleList(Unit(d) for _ in range(n))
        self.backs = t.nn.ModuleList(Back(d, 2**i) for i in range(n))
        self.table = t.nn.Embedding(symbols, d)

    def forward(self, x):
        z = self.table(x)
        for back, unit in zip(self.backs, self.units):
            z = z + back(z)
            z = z + unit(f.layer_norm(z, z.shape[-1:]))
        return self.logits(self.norm_at_end(z))


class Back(t.nn.Module):
    def __init__(self, d, step):
        super().__init__()
        self.c = t.nn.Conv1d(d, d, kernel_size=3, dilation=step)
        self.before = 2 * step

    def forward(self, z):
        z = f.pad(z.transpose(1, 2), (self.before, 0))
        return f.gelu(self.c(z)).transpose(1, 2)
