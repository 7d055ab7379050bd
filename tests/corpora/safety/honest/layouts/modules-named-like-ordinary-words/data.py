from torch.nn import functional as F


def window(value, size):
    """Means over the last few positions."""
    padded = F.pad(value, (0, 0, size - 1, 0))
    return padded.unfold(1, size, 1).mean(-1)
