import random


def look():
    random.SystemRandom()  # expect: environment
