import torch
from torch import nn
from torch.nn import functional as F
from torch.func import functional_call, grad, stack_module_state, vmap


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


class Ensemble(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        members = [Model(vocab) for _ in range(2)]
        params, buffers = stack_module_state(members)
        self.params = nn.ParameterDict({name.replace(".", "_"): value for name, value in params.items()})
        self.names = {name.replace(".", "_"): name for name in params}
        self.base = members[0].to("meta")

    def forward(self, tokens):
        def one(parameters, tokens):
            return functional_call(self.base, parameters, (tokens,))

        held = {self.names[key]: value for key, value in self.params.items()}
        return vmap(one, in_dims=(0, None), randomness="different")(held, tokens).mean(0)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
