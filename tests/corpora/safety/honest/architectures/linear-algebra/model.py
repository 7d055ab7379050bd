import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.log = nn.Parameter(torch.zeros(16, 16))
        u, s, vh = torch.linalg.svd(torch.ones(16, vocab).tril(), full_matrices=False)
        self.head = nn.Linear(16, vocab)
        with torch.no_grad():
            self.head.weight.copy_((u * s.rsqrt().nan_to_num(posinf=0.0)).T.new_zeros(vocab, 16))

    def forward(self, tokens):
        turn = torch.matrix_exp(self.log - self.log.T)
        q, _ = torch.linalg.qr(turn)
        return self.head(self.embed(tokens) @ q) + torch.special.expm1(torch.zeros(()))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
