import torch
from torch import nn
from torch.nn import functional as F
class ByteTokenizer:
    """Text to bytes and back, with a few merges."""

    merges = {("t", "h"): 256, ("e", " "): 257}
    special = {"<pad>": 0, "<eos>": 3}

    def encode(self, text):
        return list(text.encode("utf-8"))

    def decode(self, ids):
        return bytes(i for i in ids if i < 256).decode("utf-8", errors="replace")

    def visible(self, ids):
        return "".join(chr(i) if 32 <= i < 127 else f"\\x{i:02x}" for i in ids)

    def checksum(self, text):
        value = 0x811C9DC5
        for byte in text.encode():
            value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
        return value.to_bytes(4, "big").hex()

    def from_hex(self, digits):
        return int.from_bytes(bytes.fromhex(digits), "little")


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.tokenizer = ByteTokenizer()
        self.offset = ord("a") - self.tokenizer.encode("a")[0]
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens + self.offset))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
