import torch


def build(model):
    torch.manual_seed(0)
    handle = model.register_forward_hook(lambda module, args, output: None)
    handle.remove()
    return model
