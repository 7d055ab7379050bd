def step(state, rate=0.5):
    """One step of relaxation."""
    return state - rate * (state - state.mean(-1, keepdim=True))
