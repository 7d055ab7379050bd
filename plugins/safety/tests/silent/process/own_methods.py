"""An own method of a word that reaches outside elsewhere, called by a getter."""

import operator


class Net:
    def system(self, x):
        return x

    def forward(self, x):
        return operator.methodcaller("system", x)(self), operator.attrgetter("system")(self)(x)
