import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.drop(self.embed(tokens)))


def build_model(ctx):
    model = Model(ctx.vocab_size)
    model.eval()
    model.train()
    return model


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


@torch.no_grad()
def inference_logits(model, batch, ctx):
    return model.eval()(batch.inputs)[:, -1]
