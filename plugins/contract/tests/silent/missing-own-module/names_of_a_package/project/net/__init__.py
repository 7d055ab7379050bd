from .blocks import Attention, Block
