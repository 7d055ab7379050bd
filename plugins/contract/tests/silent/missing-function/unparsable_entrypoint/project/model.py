def build_model(ctx:
