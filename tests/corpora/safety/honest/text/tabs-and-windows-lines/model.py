import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
	"""Indented with tabs."""

	def __init__(self, vocab):
		super().__init__()
		self.embed = nn.Embedding(vocab, 16)
		self.head = nn.Linear(16, vocab)

	def forward(self, tokens):
		return self.head(self.embed(tokens)) ; # a semicolon from another language


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
