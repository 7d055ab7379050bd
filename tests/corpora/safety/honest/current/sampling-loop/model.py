import torch
from torch import nn
from torch.nn import functional as F


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))

    @torch.inference_mode()
    def generate(self, tokens, count=8, temperature=1.0, top_k=None, generator=None):
        for _ in range(count):
            logits = self(tokens)[:, -1] / max(temperature, 1e-5)
            if top_k is not None:
                kept, _ = torch.topk(logits, min(top_k, logits.size(-1)))
                logits[logits < kept[:, [-1]]] = -float("inf")
            drawn = torch.multinomial(F.softmax(logits, dim=-1), 1, generator=generator)
            tokens = torch.cat((tokens, drawn), dim=1)
        return tokens


def infer(model, batch, ctx):
    generator = torch.Generator(device=batch.device).manual_seed(0)
    return model.generate(batch, generator=generator)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
