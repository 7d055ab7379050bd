import torch


def connect():
    torch.distributed.TCPStore("127.0.0.1", 1)  # expect: network
    torch.distributed.rpc.init_rpc("a")  # expect: network
