import torch


class Net(torch.nn.Module):
    def save(self, out):
        out["state"] = self.state_dict()

    def forward(self, x):
        open = x + 1
        return torch.frombuffer(bytearray(8), dtype=torch.float32) + open
