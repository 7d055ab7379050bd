import torch
import torch.nn as nn


class Net(nn.Module):
    compile = True
    load = None

    def __init__(self, input=3, compile=False, open=None):
        super().__init__()
        self.eval_every = 1
        self.exec = input
        self.layers = nn.ModuleList([nn.Linear(3, 3)])
        self.open = open
        if compile:
            self.layers = torch.compile(self.layers)

    def compile(self, mode="default"):
        return self

    def load(self, state):
        self.load_state_dict(state)

    def save(self, out):
        out["state"] = self.state_dict()

    def open(self):
        return self

    def forward(self, input):
        vars = input + 1
        dir = vars * 2
        open = dir.mean()
        return self.layers[0](open)


def evaluate(model, input, vars=None):
    model.eval()
    model.compile()
    model.load({})
    out = {}
    model.save(out)
    model.open()
    eval = model.eval
    eval()
    open = [input]
    open.append(vars)
    open.remove(vars)
    return out


def hooks(module):
    handle = module.register_forward_hook(lambda m, i, o: None)
    handle.remove()
    compile = torch.compile
    return compile(module)


exec = 3


def uses_exec():
    return exec + 1


def comprehension():
    return [input for input in range(3) if input], {open: 1 for open in "ab"}
