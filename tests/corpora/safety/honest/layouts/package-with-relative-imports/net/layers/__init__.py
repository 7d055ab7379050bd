from .mlp import *
from .norm import Scale as Norm
