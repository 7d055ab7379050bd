import layers
import layers.attention as attention
from layers import norm
from layers.attention import Attention as Attn
from layers.norm import *
from config import Config


def build_model(ctx):
    return Attn(Config().size), norm.RMSNorm(1), layers.attention.Attention(2), attention.SIZE, RMSNorm(3)
