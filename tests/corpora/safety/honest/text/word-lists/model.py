import torch
from torch import nn
from torch.nn import functional as F
FREQUENT = "the of and to in a is that for it as was with be by on not he i this are or his from at which but have an had they you were their one all we can her has there been if more when will would who so no".split()
SUFFIXES = ["ing", "ed", "er", "ly", "tion", "ment", "ness", "able", "ible", "al", "ial", "y", "ful", "ous", "ious", "ive", "less"]
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,;.!?:'\"/\\|_@#$%^&*~`+-=<>()[]{} \n"


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.rank = {word: index for index, word in enumerate(FREQUENT)}
        self.kind = {character: index for index, character in enumerate(ALPHABET)}
        self.longest = max(SUFFIXES, key=len)
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
