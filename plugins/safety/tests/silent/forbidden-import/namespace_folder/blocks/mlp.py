class MLP:
    pass
