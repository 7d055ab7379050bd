from ..config import Config
from .norm import RMSNorm

SIZE = 4


class Attention:
    def __init__(self, size):
        self.norm = RMSNorm(size)
        self.config = Config()
