import torch
from torch import nn
from torch.nn import functional as F
class MinGRU(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.to_hidden_and_gate = nn.Linear(width, 2 * width, bias=False)

    def forward(self, x, state=None):
        hidden, gate = self.to_hidden_and_gate(x).chunk(2, dim=-1)
        gate = gate.sigmoid()
        state = torch.zeros_like(x[:, 0]) if state is None else state
        out = []
        for h, z in zip(hidden.unbind(1), gate.unbind(1)):
            state = torch.lerp(state, h.tanh(), z)
            out.append(state)
        return torch.stack(out, 1), state


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.first = MinGRU(16)
        self.lstm = nn.LSTM(16, 16, num_layers=2, batch_first=True, dropout=0.1)
        self.gru = nn.GRU(16, 16, batch_first=True)
        self.lstm.flatten_parameters()
        self.head = nn.Linear(16, vocab)
        for name, p in self.lstm.named_parameters():
            if "bias_hh" in name:
                n = p.size(0)
                p.data[n // 4 : n // 2].fill_(1.0)

    def forward(self, tokens):
        x, _ = self.first(self.embed(tokens))
        x, (h, c) = self.lstm(x)
        x, _ = self.gru(x)
        return self.head(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
