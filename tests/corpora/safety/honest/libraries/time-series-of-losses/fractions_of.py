"""Parts of a number."""


def thirds(number: int) -> list[float]:
    """Three equal parts, as floats."""
    quotient, remainder = divmod(number, 3)
    return [quotient + remainder / 3 for _ in range(3)]
