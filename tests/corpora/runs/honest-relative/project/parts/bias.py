def make_bias():
    return True
