import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.select = nn.Linear(1, 1)
        self.queue = []
        self.signal = None
        self.code = 3
        self.time = 0.1
        self.token = nn.Embedding(3, 3)
        self.socket = "plug"
        self.copy = 1

    def forward(self, batch):
        self.queue.append(batch.time)
        return self.select(self.token(batch.code)), batch.signal, self.socket
