import torch


def build(model):
    handle = model.register_forward_hook(lambda module, args, output: None)
    handle.remove()
    return model
