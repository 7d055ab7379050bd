SETTINGS = {
    "model": {"width": 16, "layers": ["relu", "tanh"]},
    "training": {"learning_rate": 1e-3, "weight_decay": 0.0},
}
