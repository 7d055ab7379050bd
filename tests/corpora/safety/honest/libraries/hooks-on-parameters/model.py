from functools import partial

import torch
from torch import nn
from torch.nn import functional as F
def scale_gradient(factor, gradient):
    return gradient * factor


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        self.handles = [p.register_hook(partial(scale_gradient, 0.5)) for p in self.head.parameters()]
        self.handles.append(self.embed.register_full_backward_hook(lambda module, inputs, outputs: None))
        self.handles.append(self.head.register_forward_pre_hook(self._watch))
        self._register_load_state_dict_pre_hook(self._rename)

    def _watch(self, module, args):
        return args

    def _rename(self, state_dict, prefix, *args):
        for key in list(state_dict.keys()):
            if key.startswith(prefix + "old."):
                state_dict[key.replace("old.", "", 1)] = state_dict.pop(key)

    def release(self):
        while self.handles:
            self.handles.pop().remove()

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
