import torch


def work():
    print(1)
    return 1


def register(name):
    return lambda f: f


def default(x=work()):  # expect: top-level-code
    return x


def keyword(*, x=[work()]):  # expect: top-level-code
    return x


def annotated(x: work()) -> work():  # expect: top-level-code
    return x


z: work() = 1  # expect: top-level-code
f = lambda q=work(): q  # expect: top-level-code


@register("a")  # expect: top-level-code
def decorated():
    return 1


@work  # expect: top-level-code
class Decorated:
    pass


class Base(work()):  # expect: top-level-code
    pass


class Meta(type):
    def __call__(cls):  # expect: unsafe-method
        return 1


class Made(metaclass=Meta):  # expect: top-level-code
    pass


class Body:
    print("in the body")  # expect: top-level-code
    size = work()  # expect: top-level-code
    layers = [work() for _ in range(3)]  # expect: top-level-code
    for i in range(2):  # expect: top-level-code
        pass

    @register("b")  # expect: top-level-code
    def method(self):
        return 1

    class Inner:
        value = work()  # expect: top-level-code


class Active:
    def __init__(self):
        self.ready = print("on")


active = Active()  # expect: top-level-code
called = (lambda: 1)()  # expect: top-level-code
ordered = sorted([1, 2], key=lambda v: v)  # expect: top-level-code
model = torch.nn.Linear(1, 1)  # expect: top-level-code


@lambda g: g()  # expect: top-level-code
def now():
    return 1
