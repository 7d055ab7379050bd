def make(ctx):
    return None
