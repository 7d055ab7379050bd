import torch
from torch import nn
from torch.nn import functional as F
def bytes_to_unicode():
    """A printable character for each byte, as byte-level BPE wants it."""
    kept = list(range(ord("!"), ord("~") + 1)) + list(range(ord("¡"), ord("¬") + 1)) + list(range(ord("®"), ord("ÿ") + 1))
    codes = kept[:]
    extra = 0
    for byte in range(2**8):
        if byte not in kept:
            kept.append(byte)
            codes.append(2**8 + extra)
            extra += 1
    return dict(zip(kept, map(chr, codes)))


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.forwards = bytes_to_unicode()
        self.backwards = {character: byte for byte, character in self.forwards.items()}
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def words(self, text):
        return " ".join("".join(self.forwards[byte] for byte in word.encode("utf-8")) for word in text.split())

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
