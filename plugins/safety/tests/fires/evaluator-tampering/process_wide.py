import torch


def tamper():
    torch.set_default_dtype(torch.float64)  # expect: evaluator-tampering
    torch.set_default_device("cpu")  # expect: evaluator-tampering
    torch.nn.modules.module.register_module_forward_hook(print)  # expect: evaluator-tampering
