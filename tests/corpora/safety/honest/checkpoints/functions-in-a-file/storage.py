"""Writes and reads states."""

import torch


def write_state(state, path):
    """Write tensors as 16 bit numbers."""
    torch.save({name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}, path)


def read_state(path):
    """Read them back as 32 bit numbers."""
    state = torch.load(path, weights_only=True)
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
