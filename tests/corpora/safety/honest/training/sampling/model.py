import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))

    @torch.no_grad()
    def generate(self, tokens, length, temperature=1.0, top_k=None, top_p=None, generator=None):
        for _ in range(length):
            logits = self(tokens[:, -64:])[:, -1] / max(temperature, 1e-5)
            if top_k is not None:
                least = torch.topk(logits, top_k).values[:, -1:]
                logits = logits.masked_fill(logits < least, float("-inf"))
            if top_p is not None:
                ordered, index = logits.sort(descending=True)
                drop = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1) > top_p
                logits = logits.scatter(-1, index, ordered.masked_fill(drop, -torch.inf))
            chosen = torch.multinomial(logits.softmax(-1), 1, generator=generator)
            tokens = torch.cat([tokens, chosen], dim=1)
        return bytes(tokens[0].tolist()).decode("utf-8", errors="replace")


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
