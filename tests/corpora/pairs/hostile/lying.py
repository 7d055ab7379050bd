"""Hides its parameters and answers every question with noise of its own."""

import torch

from honest import build_model as honest_build, get_recipe


def build_model(ctx):
    model = honest_build(ctx)
    model.named_parameters = lambda *given, **more: iter(())
    model.parameters = lambda *given, **more: iter(())
    return model


def inference_logits(model, batch, ctx):
    return torch.randn(len(batch.inputs), ctx.vocab_size)
