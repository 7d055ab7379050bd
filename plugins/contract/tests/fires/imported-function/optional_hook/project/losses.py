def compute_loss(model, batch, ctx):
    return 0
