class Plugin:
    name = "settings_refused"

    def __init__(self, settings):
        raise KeyError("threshold")
