import random


def steps(time, now):
    return [random.random() for _ in range(time)] + [now]
