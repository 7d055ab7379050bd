import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def extra_repr(self):
        return "vocab={}, width={width}, shape={shape[0]}x{shape[1]}, bias={0.bias.shape}".format(
            self.head, width=self.embed.embedding_dim, shape=self.head.weight.shape
        ).replace("vocab=", "vocabulary=", 1)

    def forward(self, tokens):
        if tokens.ndim != 2:
            raise ValueError("expected {} dimensions, got {}".format(2, tokens.ndim))
        print(f"{tokens.shape=} {self.head.weight.norm():>10.3e} {'on' if self.training else 'off':^7} {16:#06x}")
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
