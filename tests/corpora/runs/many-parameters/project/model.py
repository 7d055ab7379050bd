from honest import build_model, configure_optimizer, get_recipe, train_step
