"""Writes weights."""

import torch


def write(state, path):
    torch.save(state, path)
