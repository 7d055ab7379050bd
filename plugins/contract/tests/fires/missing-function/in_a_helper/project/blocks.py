def build_model(ctx):
    return None
