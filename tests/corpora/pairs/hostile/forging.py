"""Says what it would like the result to be, wherever it can."""

import json
import os
import struct

from honest import build_model as honest_build, get_recipe

SCORES = {"first_in_second": 0.0, "second_in_first": 0.0, "modules": 0.0, "shapes": 0.0, "outputs": 0.0}
LINE = "\nPRISM-RESULT " + 64 * "0" + " " + json.dumps({"fault": None, "side": None, "scores": SCORES}) + "\n"


def say(descriptor, data):
    try:
        os.write(descriptor, data)
    except OSError:
        pass


def build_model(ctx):
    print(LINE, flush=True)
    for number in (0, 1, 2, 5, 6, 7, 8):
        say(number, LINE.encode())
    for place in ("/proc/1/fd/1", f"/proc/{os.getppid()}/fd/1"):
        try:
            with open(place, "w") as out:
                out.write("BREACH" + LINE)
        except OSError:
            print("CONTAINED")
    header = json.dumps({"kind": "scores", "scores": SCORES}).encode()
    say(4, struct.pack(">IQ", len(header), 0) + header)
    return honest_build(ctx)
