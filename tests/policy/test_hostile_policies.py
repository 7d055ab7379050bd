"""Whatever stands in a policy, loading it ends in a policy in force or in a PolicyError, never in another exception."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prism.document import Json, JsonPath
from prism.errors import PolicyError
from prism.finding import Severity
from prism.policy.loading import EffectivePolicy, load
from prism.policy.model import Policy

JUNK: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.sampled_from(["", "error", "off", "host/x", "../..", "a" * 64, "2026-02-30", "module:", "\u202e", "default"])
    | st.floats(-10, 10),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rule", "file", "from", "settings", "host", "$ref", "type", "x"]), below, max_size=3
        )
    ),
    max_leaves=6,
)


def paths(value: Json, path: JsonPath = ()) -> list[JsonPath]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for step, item in below for deeper in paths(item, (*path, step)))]


def replaced(value: Json, path: JsonPath, junk: Json) -> Json:
    if not path:
        return junk
    if isinstance(value, dict):
        return {key: replaced(item, path[1:], junk) if key == path[0] else item for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, path[1:], junk) if index == path[0] else item for index, item in enumerate(value)]
    return value


DEFAULT: Json = json.loads(msgspec.json.encode(load("default").document))
WITH_WAIVER = replaced(
    DEFAULT, ("waivers",), [{"rule": "x/y", "file": "a" * 64, "reason": "r" * 10, "expires": "2030-01-01"}]
)
PATHS = [path for path in paths(WITH_WAIVER) if path]


@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_anywhere_in_a_policy_is_reported(changes: list[tuple[JsonPath, Json]], tmp_path: Path) -> None:
    policy = copy.deepcopy(WITH_WAIVER)
    for path, junk in changes:
        policy = replaced(policy, path, junk)
    (tmp_path / "p.json").write_text(json.dumps(policy), encoding="utf-8")
    outcome = loaded_or_refused(tmp_path / "p.json")
    if isinstance(outcome, PolicyError):
        assert outcome.problems
        assert all(f"{p.where}{p.what}{p.do}".isprintable() for p in outcome.problems)
    else:
        assert Severity.ERROR in (*outcome.policy.verdict.reject, *outcome.policy.verdict.hold)
        assert msgspec.convert(outcome.document, Policy) == outcome.policy


def loaded_or_refused(file: Path) -> EffectivePolicy | PolicyError:
    try:
        return load(file)
    except PolicyError as error:
        return error


@pytest.mark.parametrize(
    "module", ["prism.policy.loading", "prism.policy.waivers", "prism.document", "prism.cli.policy"]
)
def test_nothing_heavy_is_imported_before_it_is_needed(module: str) -> None:
    heavy = "{'jsonschema', 'referencing', 'ruamel', 'ruamel.yaml', 'docker', 'rich'} & set(sys.modules)"
    code = f"import sys, {module}; print(sorted({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_a_link_to_itself_is_no_policy(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "policy.yaml").write_text("policy: 1\nname: x\nextends: ./loop.yaml\n", encoding="utf-8")
    for name in ("loop.yaml", "policy.yaml"):
        refusal = loaded_or_refused(tmp_path / name)
        assert isinstance(refusal, PolicyError)
        assert "symbolic links" in refusal.what
