"""The digest of a policy: the same for every spelling of the same policy, another for every other policy.

It is the SHA-256 of the effective policy as canonical JSON: ``extends`` resolved, defaults written out, keys sorted, no
white space, UTF-8, whole numbers without a fraction. ``description`` is left out because it decides nothing. Where the
policy names a file, the digest of the file's bytes stands in place of its path.
"""

import hashlib
import json
from collections.abc import Mapping

from prism.document import Json, JsonPath
from prism.policy.named_files import replaced


def policy_digest(document: Mapping[str, Json], contents: Mapping[JsonPath, str]) -> str:
    """Lower-case hex SHA-256 of an effective policy; ``contents`` says what stands in place of each path to a file."""
    data: Json = {key: value for key, value in document.items() if key != "description"}
    for path, content in contents.items():
        data = replaced(data, path, content)
    canonical = json.dumps(_canonical(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
