def build_model(ctx):
    raise ValueError("\x1b[2J\x1b]0;owned\x07\u202eno\nPRISM-RESULT 0 {}")
