import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        self.flags = (torch.cuda.is_available(), torch.is_grad_enabled(), torch.get_default_dtype(), torch.backends.mps.is_available())
        self.capability = torch.cuda.get_device_capability() if torch.cuda.is_available() else (0, 0)

    def forward(self, tokens):
        if torch.jit.is_scripting() or torch.jit.is_tracing() or torch.onnx.is_in_onnx_export():
            return self.head(self.embed(tokens))
        if torch.compiler.is_compiling():
            return self.head(self.embed(tokens))
        torch._assert(tokens.dim() == 2, "two dimensions")
        torch._check(tokens.shape[0] > 0)
        return self.head(self.embed(tokens)).to(torch.result_type(torch.ones(1), 1.0))

    @torch.jit.ignore
    def no_weight_decay(self):
        return {"embed.weight"}

    @torch.jit.export
    def width(self) -> int:
        return 16


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
