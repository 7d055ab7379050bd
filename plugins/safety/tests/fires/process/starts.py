import torch


def start():
    torch.multiprocessing.spawn(print)  # expect: process
