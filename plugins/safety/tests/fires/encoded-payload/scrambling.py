"""Texts that are made from others."""


def decode(text, key):
    first = "".join(chr(ord(c) ^ key) for c in text)  # expect: encoded-payload
    second = "".join(chr((ord(c) - 3) % 256) for c in text)  # expect: encoded-payload
    third = bytes(b ^ key for b in text)  # expect: encoded-payload
    fourth = bytes.fromhex("6c6f61646572")  # expect: encoded-payload
    for c in text:
        first += chr(ord(c) - 1)  # expect: encoded-payload
    sixth = map(lambda c: chr(ord(c) + key), text)  # expect: encoded-payload
    return sixth, first, second, third, fourth
