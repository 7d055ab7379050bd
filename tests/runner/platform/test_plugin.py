"""The Platform plugin answers for its own kind only, and its settings are checked where they come in."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prism.errors import PolicyError
from prism.policy.loading import load
from prism.policy.schema import composed_schema
from prism.runner.outcome import broker_for
from prism.runner.platform.broker import PlatformBroker
from prism.runner.platform.plugin import BROKER_SETTINGS, PlatformPlugin

LEAST = {"url": "https://broker.example:8443/base", "challenge_slug": "prism"}


def test_it_provides_a_broker_for_its_own_kind_and_none_for_another() -> None:
    plugin = PlatformPlugin({})

    assert isinstance(plugin.prism_broker("platform", LEAST), PlatformBroker)
    assert plugin.prism_broker("docker", LEAST) is None


def test_settings_of_the_plugin_and_of_the_policy_make_a_whole() -> None:
    plugin = PlatformPlugin({"url": "http://127.0.0.1:1"})

    assert plugin.prism_broker("platform", {"challenge_slug": "prism"}) is not None
    composed_schema({"platform": BROKER_SETTINGS})


@pytest.mark.parametrize(
    ("settings", "wheres"),
    [
        ({"url": ""}, [".url"]),
        ({"url": "unix:///x"}, [".url"]),
        ({"url": "https://user:secret@host"}, [".url"]),
        ({"url": "https://host/?token=secret"}, [".url"]),
        ({"challenge_slug": "a\r\nX-Other: b"}, [".challenge_slug"]),
        ({"headers": "both"}, [".headers"]),
        ({"grace_seconds": 0}, [".grace_seconds"]),
        ({"token": "secret"}, [""]),
        ({"token_file": ""}, [".token_file"]),
    ],
)
def test_settings_that_do_not_validate_are_refused_with_their_place(
    settings: dict[str, Any], wheres: list[str]
) -> None:
    with pytest.raises(PolicyError) as caught:
        PlatformPlugin({}).prism_broker("platform", LEAST | settings)

    assert [problem.where for problem in caught.value.problems] == [f"runner.broker.settings{end}" for end in wheres]


@pytest.mark.parametrize("missing", ["url", "challenge_slug"])
def test_a_broker_needs_an_address_and_a_challenge(missing: str) -> None:
    settings = {name: value for name, value in LEAST.items() if name != missing}

    with pytest.raises(PolicyError) as caught:
        PlatformPlugin({}).prism_broker("platform", settings)

    assert missing in caught.value.problems[0].what


def test_providing_a_broker_neither_reads_the_token_nor_asks_anybody() -> None:
    code = (
        "import sys; from prism.runner.platform.plugin import PlatformPlugin; "
        f"PlatformPlugin({{}}).prism_broker('platform', {LEAST | {'token_file': '/nowhere'}!r}); "
        "print('docker' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


POLICY = """
policy: 1
name: through-platform
extends: default
runner:
  broker: {kind: platform, settings: {url: "http://127.0.0.1:9", challenge_slug: prism}}
"""


def test_a_policy_that_names_the_kind_gets_this_broker(tmp_path: Path) -> None:
    path = tmp_path / "platform.yaml"
    path.write_text(POLICY)

    assert isinstance(broker_for(load(str(path))), PlatformBroker)


def test_a_policy_with_wrong_settings_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "platform.yaml"
    path.write_text(POLICY.replace("challenge_slug: prism", "challenge_slug: 'a b'"))

    with pytest.raises(PolicyError) as caught:
        load(str(path))

    assert caught.value.problems[0].line == 6
