import torch
import torch.nn as nn
import torch.nn.functional


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


@torch.no_grad()
def infer(model, batch, ctx):
    return nn.Softmax(-1)(model(batch))


@torch.inference_mode()
def inference_logits(model, batch, ctx):
    return model(batch)
