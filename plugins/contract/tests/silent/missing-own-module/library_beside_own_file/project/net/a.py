import types
import einops
from torch import nn
