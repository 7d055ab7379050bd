import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.mix = nn.Linear(16, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(F.relu(self.mix(self.embed(tokens))))


def build_model(ctx):
    model = Model(ctx.vocab_size)
    for name, parameter in model.named_parameters():
        if name.endswith(("bias", "norm.weight")):
            nn.init.zeros_(parameter)
        elif "embed" in name:
            nn.init.normal_(parameter, std=0.02)
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            module.tag = name.rpartition(".")[2]
    return model


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def configure_optimizer(model, recipe, ctx):
    named = dict(model.named_parameters())
    decay = {name for name, parameter in named.items() if parameter.ndim > 1}
    groups = [
        {"params": [named[name] for name in sorted(decay)], "weight_decay": 0.1},
        {"params": [named[name] for name in sorted(named.keys() - decay)], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe["learning_rate"])
