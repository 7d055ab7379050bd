"""How one policy builds on another: objects merge, lists are replaced, ``null`` takes an inherited key away."""

from prism.document import Json


def merged(base: Json, over: Json) -> Json:
    """The value that results when ``over`` builds on ``base``. Neither is changed."""
    if not isinstance(over, dict):
        return over
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
