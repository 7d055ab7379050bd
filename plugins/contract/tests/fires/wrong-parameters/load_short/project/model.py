def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def load_checkpoint(model, checkpoint_dir):  # expect: contract/wrong-parameters
    return None
