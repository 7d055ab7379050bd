import torch


def evaluate(model, compile):
    model.eval()
    model.compile()
    return torch.compile(model) if compile else model
