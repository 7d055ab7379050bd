import torch
from torch import nn
from torch.nn import functional as F


class Features:
    """Keeps what chosen layers give, while it is entered."""

    def __init__(self, model, names):
        self.model, self.names, self.kept, self.handles = model, set(names), {}, []

    def _keep(self, name):
        def hook(module, args, output):
            self.kept[name] = output.detach()

        return hook

    def __enter__(self):
        for name, module in self.model.named_modules():
            if name in self.names:
                self.handles.append(module.register_forward_hook(self._keep(name)))
        return self

    def __exit__(self, *error):
        while self.handles:
            self.handles.pop().remove()


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def probe(model, tokens):
    with Features(model, ["body.0", "body.1"]) as features, torch.inference_mode():
        model(tokens)
    return features.kept


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
