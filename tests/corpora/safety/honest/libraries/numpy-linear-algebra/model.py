import numpy
from numpy import float32, ndarray
from numpy.typing import NDArray

import torch
from torch import nn
from torch.nn import functional as F
def whitening(values: NDArray[float32]) -> ndarray:
    covariance = numpy.cov(values, rowvar=False)
    eigenvalues, vectors = numpy.linalg.eigh(covariance + numpy.eye(len(covariance)))
    return vectors @ numpy.diag(eigenvalues**-0.5) @ vectors.T


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        matrix = whitening(numpy.random.RandomState(0).randn(64, 16).astype(float32))
        self.white = torch.as_tensor(numpy.ascontiguousarray(matrix), dtype=torch.float32)
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens) @ self.white)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
