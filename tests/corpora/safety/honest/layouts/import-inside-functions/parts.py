from torch.nn import Linear as _Linear


class Head(_Linear):
    """The output layer."""

    def __init__(self, vocab):
        super().__init__(16, vocab)
