"""How much a value matters to the rules, from a call that passes things on to one that may give anything."""

import enum


class Weight(enum.IntEnum):
    """How much a value matters."""

    PASSING = 1
    """A call of it may give what it is given."""
    CALLED = 2
    """A call of it may be found, and nothing below it."""
    OPEN = 3
    """Something below it may be found."""
    FOUND = 4
    """A call of it, or something below it, may be found or has to be looked at."""
    GIVES_PASSING = 5
    GIVES_CALLED = 6
    GIVES_OPEN = 7
    GIVES_FOUND = 8
    """A call of it gives something that matters so much."""
    GIVING = 9
    """A call of it may give anything."""

    @property
    def giver(self) -> "Weight":
        """How much a function matters that gives such a value."""
        return Weight(min(self + Weight.FOUND, Weight.GIVING))

    @property
    def given(self) -> "Weight":
        """How much the result of a call of such a value matters; only of what gives something."""
        return self if self is Weight.GIVING else Weight(self - Weight.FOUND)

    @property
    def below(self) -> "Weight":
        """How much an attribute of such a value may matter."""
        return Weight.GIVING if self is Weight.OPEN else self
