import torch
from torch import nn
from torch.nn import functional as F
from torch.func import functional_call, grad, jacrev, vmap


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))

    def penalty(self, tokens):
        params = {name: p.detach() for name, p in self.named_parameters()}

        def energy(params, row):
            return functional_call(self, params, (row.unsqueeze(0),)).square().mean()

        each = vmap(grad(energy), in_dims=(None, 0))(params, tokens)
        curve = jacrev(torch.tanh)(torch.ones(2))
        return sum(value.square().sum() for value in each.values()) + curve.sum()


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def compute_loss(model, batch, ctx):
    loss = F.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten())
    (slope,) = torch.autograd.grad(loss, [model.head.weight], create_graph=True)
    return loss + 1e-3 * slope.square().sum() + 1e-6 * model.penalty(batch.inputs)
