# Модель для байтов; 一个简单的模型; バイト列の言語モデル; نموذج بسيط; μοντέλο
import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """Ein größeres Modell – naïve Überlegung, «ça marche», 95 % «sûr» … ✓ 🚀"""

    def __init__(self, vocab):
        super().__init__()
        self.größe = 16  # Größe der Einbettung
        self.имя = "модель"
        self.embed = nn.Embedding(vocab, self.größe)
        self.head = nn.Linear(self.größe, vocab)
        self.labels = ["猫", "犬", "café", "→", "½", "Ω"]

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
