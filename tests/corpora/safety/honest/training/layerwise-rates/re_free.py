"""Reading numbers out of parameter names without regular expressions."""


def number_in(name: str) -> int:
    """The first number among the parts of a dotted name; 0 when there is none."""
    return next((int(part) for part in name.split(".") if part.isdigit()), 0)
