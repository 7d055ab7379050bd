import torch

from honest import build_model, configure_optimizer, get_recipe, train_step


def inference_logits(model, batch, ctx):
    logits = model(batch.inputs)[:, -1]
    return logits[:, :255]
