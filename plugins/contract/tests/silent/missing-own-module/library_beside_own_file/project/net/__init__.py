from . import einops, types
