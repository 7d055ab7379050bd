try:
    from torch.nn.functional import scaled_dot_product_attention
except ImportError:
    scaled_dot_product_attention = None

try:
    import einops
    HAS_EINOPS = True
except (ImportError, ModuleNotFoundError):
    HAS_EINOPS = False
