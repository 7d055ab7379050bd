import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x = self.embed(tokens).type(torch.float64).to(dtype=torch.float32, copy=True).contiguous()
        assert x.is_floating_point() and x.element_size() == 4 and not x.is_cuda
        x = x.type_as(x).view(x.size()).detach().requires_grad_(x.requires_grad) if not self.training else x
        listed = x.mean(dim=(0, 1)).tolist()
        one = torch.tensor(max(listed)).item()
        x.data.clamp_(-10, 10)
        return self.head(x * float(one == one))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
