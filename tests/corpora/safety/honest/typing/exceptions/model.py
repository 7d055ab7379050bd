import warnings

import torch
from torch import nn
from torch.nn import functional as F
class ShapeError(ValueError):
    """The tokens have the wrong shape."""

    def __init__(self, shape):
        super().__init__(f"expected two dimensions, not {len(shape)}")
        self.shape = shape


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        try:
            if tokens.dim() != 2:
                raise ShapeError(tokens.shape)
            return self.head(self.embed(tokens))
        except ShapeError as error:
            warnings.warn(str(error), stacklevel=2)
            raise RuntimeError("cannot go on") from error
        except (IndexError, KeyError) as error:
            print("bad token:", error.args[0], type(error).__name__)
            raise
        finally:
            pass


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
