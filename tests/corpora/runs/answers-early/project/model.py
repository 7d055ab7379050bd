import json
import os
import struct


def say(header, body=b""):
    data = json.dumps(header).encode()
    os.write(4, struct.pack(">IQ", len(data), len(body)) + data + body)


say({"kind": "ready", "metrics": {"heldout_bits_per_byte": 0.001}})
for _ in range(2):
    say({"kind": "stepped"})
say({"kind": "state", "tensors": [["weight", "float32", [1000000000]]], "aliases": {}}, b"1234")
while True:
    pass
