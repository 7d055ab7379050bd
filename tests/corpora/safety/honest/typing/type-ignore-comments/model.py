import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):  # type: ignore[no-untyped-def]
        super().__init__()  # pragma: no cover
        self.embed = nn.Embedding(vocab, 16)  # noqa: E501
        self.head = nn.Linear(16, vocab)  # nosec B101
        # fmt: off
        self.table = [1, 0,
                      0, 1]
        # fmt: on

    def forward(self, tokens):  # pylint: disable=arguments-differ
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
