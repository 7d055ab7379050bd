def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def configure_optimizer(model, recipe, ctx):
    return None


def inference_logits(model, batch, ctx):
    return None


def infer(model, batch, ctx):
    return None


def compute_loss(model, batch, ctx):
    return None


def train_step(model, batch, optimizer, ctx):
    return None


def save_checkpoint(model, checkpoint_dir, ctx):
    return None


def load_checkpoint(model, checkpoint_dir, ctx):
    return None
