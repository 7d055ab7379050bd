class Bag:
    def vars(self):
        return self.__dict__


def globals_of(vars):
    return vars.get("x")
