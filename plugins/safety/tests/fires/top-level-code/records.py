from dataclasses import dataclass


@dataclass
class Loud:
    size: int = 1

    def __post_init__(self):
        self.size = print("loud")


LOUD = Loud()  # expect: top-level-code


class Child(Loud):
    pass


CHILD = Child()  # expect: top-level-code
