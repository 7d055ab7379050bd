import json
import os
import struct


def take():
    header, body = struct.unpack(">IQ", os.read(3, 12))
    left = header + body
    while left:
        left -= len(os.read(3, left))


def say(header, body=b""):
    data = json.dumps(header).encode()
    os.write(4, struct.pack(">IQ", len(data), len(body)) + data + body)


say({"kind": "ready", "metrics": {"heldout_bits_per_byte": 0.001}})
for _ in range(2):
    take()
    say({"kind": "stepped", "train_seconds": 0})
take()
say({"kind": "finished", "has_saved": False, "parameters": 1})
take()
say({"kind": "state", "tensors": [["weight", "float32", [1000000000]]], "aliases": {}}, b"1234")
while True:
    pass
