"""Every usual f-string, and `from __future__ import annotations`."""

from __future__ import annotations


def show(x, width):
    rows = [f"{x!r:>{width}}", f"{x:#x}", f"{{literal}} {x}", f"{x['a']}", rf"\d{{2}} {x}\n", f"\t{x}\N{DIGIT ONE}"]
    return rows + [f"""{
        x
    }"""]
