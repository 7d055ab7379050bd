import torch
from torch import nn

from parts.net import Last


def build_model(ctx):
    return Last(ctx.vocab_size, ctx.sequence_length)


def inference_logits(model, batch, ctx):
    assert batch.targets is None and not model.training and not torch.is_grad_enabled()
    print("called inference_logits", flush=True)
    return model(batch.inputs).double()
