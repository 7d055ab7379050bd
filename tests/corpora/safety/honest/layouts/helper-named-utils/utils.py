"""Odds and ends."""


def count_parameters(model):
    """All trained numbers."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def scale(value, by=1.0):
    """The value, scaled."""
    return value * by
