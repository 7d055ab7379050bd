"""Annotations are read, by Python's own functions."""


def order():
    return sorted


class Net:
    width: int = 1

    def fields(self):
        return order()(type(self).__annotations__), len(type(self).__annotations__)
