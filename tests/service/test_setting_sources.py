"""Settings from the environment, from secret files and from a TOML file, with what is wrong with them."""

import os
from pathlib import Path

import pytest

from prism.service.setting_sources import MASKED, known_settings, read_settings
from prism.service.settings import Headers, SettingsError


def shown(environment: dict[str, str], file: Path | None = None) -> dict[str, tuple[str, str]]:
    return {name: (value, source) for name, value, source in read_settings(environment, file).shown()}


def problems(environment: dict[str, str], file: Path | None = None) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment, file)
    return {each.where: f"{each.what}; {each.do}" for each in caught.value.problems}


def test_every_setting_has_a_default_and_says_so() -> None:
    found = shown({})
    assert len(found) == len(known_settings())
    assert {source for _, source in found.values()} == {"default"}
    assert found["port"] == ("8000", "default")


def test_the_environment_counts_more_than_the_file(tmp_path: Path) -> None:
    file = tmp_path / "prism.toml"
    file.write_text('port = 1\nslug = "by-file"\n[queue]\nwaiting = 5\nattempts = 6\n')
    found = shown({"PRISM_PORT": "2", "PRISM_QUEUE_WAITING": "7", "PRISM_SETTINGS_FILE": str(file)})
    assert (found["port"], found["slug"]) == (("2", "PRISM_PORT"), ("by-file", str(file)))
    assert (found["queue.waiting"], found["queue.attempts"]) == (("7", "PRISM_QUEUE_WAITING"), ("6", str(file)))


def test_platforms_names_count_less_than_prisms_own() -> None:
    stated = {"CHALLENGE_SLUG": "theirs", "CHALLENGE_PORT": "1", "PRISM_SLUG": "ours", "PRISM_PORT": " "}
    found = shown(stated)
    assert (found["slug"], found["port"]) == (("ours", "PRISM_SLUG"), ("1", "CHALLENGE_PORT"))
    assert read_settings({"CHALLENGE_HEADERS": "base"}).settings.headers is Headers.PLATFORM


def test_secrets_are_masked(tmp_path: Path) -> None:
    found = shown({"PRISM_SHARED_TOKEN": "geheim", "PRISM_DATABASE_URL": "postgresql://u:geheim@h/d"})
    assert found["shared_token"] == (MASKED, "PRISM_SHARED_TOKEN")
    assert "geheim" not in str(found)
    assert found["database_url"][0].endswith("@h/d")


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://u:geheim@h/d\n")
    effective = read_settings({"PRISM_DATABASE_URL_FILE": str(file), "CHALLENGE_SHARED_TOKEN_FILE": "/absent"})
    assert effective.settings.database_url == "postgresql://u:geheim@h/d"
    assert (effective.is_inline("database_url"), effective.is_inline("shared_token")) == (False, False)
    assert effective.stated["shared_token_file"].value == "/absent"
    assert "geheim" not in str(effective.shown())


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "prism.toml"
    file.write_text('prot = 1\nport = "1"\nreplicas = 0\n[queue]\nwaitng = 1\n[queue.deeper]\nx = 1\n')
    found = problems({"PRISM_HEADERS": "other", "PRISM_PUBLIC_SUBMISSIONS": "perhaps"}, file)
    assert "did you mean port?" in found[f"{file}: prot"]
    assert "did you mean queue.waiting?" in found[f"{file}: queue.waitng"]
    assert f"{file}: queue.deeper" in found
    assert "headers: " in found["PRISM_HEADERS"]
    assert "public_submissions: " in found["PRISM_PUBLIC_SUBMISSIONS"]
    assert str(file) in found


def test_no_message_shows_a_secret(tmp_path: Path) -> None:
    stated = {"PRISM_SHARED_TOKEN": "geheim", "PRISM_SHARED_TOKEN_FILE": "/x", "PRISM_PORT": "no"}
    assert "geheim" not in str(problems(stated))


def test_a_secret_that_is_stated_twice_is_refused() -> None:
    found = problems({"PRISM_SHARED_TOKEN": "a", "CHALLENGE_SHARED_TOKEN_FILE": "/x"})
    assert "both stated" in found["CHALLENGE_SHARED_TOKEN_FILE"]


@pytest.mark.parametrize("content", [b"\xff", b"port = ", b"a" * 70_000])
def test_a_file_that_is_no_settings_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "prism.toml"
    file.write_bytes(content)
    assert "cannot be read" in problems({}, file)[str(file)]


@pytest.mark.parametrize("name", ["absent", "folder", "fifo"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    if name == "folder":
        place.mkdir()
    if name == "fifo":
        os.mkfifo(place)
        assert read_settings({}, place).settings == read_settings({}).settings
        return
    assert "cannot be read" in problems({"PRISM_SETTINGS_FILE": str(place)})[str(place)]


def test_what_kubernetes_sets_is_explained() -> None:
    assert "enableServiceLinks" in problems({"PRISM_PORT": "tcp://10.0.0.1:80"})["PRISM_PORT"]


def test_a_variable_that_is_no_setting_is_named() -> None:
    effective = read_settings({"PRISM_PUBLC": "1", "PRISM_DEBUG": "1", "PRISM_BROKER_TOKEN": "x", "OTHER": "1"})
    assert effective.unknown == ("PRISM_PUBLC",)


def test_settings_that_need_or_exclude_each_other() -> None:
    assert "PRISM_PUBLIC_NETUID" in problems({"PRISM_PUBLIC_SUBMISSIONS": "true"})["public.netuid"]
    on = {"PRISM_PUBLIC_SUBMISSIONS": "true", "PRISM_PUBLIC_NETUID": "0"}
    assert read_settings(on).settings.public.netuid == 0
    assert shown(on)["public.netuid"] == ("0", "PRISM_PUBLIC_NETUID")
    assert shown({})["public.netuid"] == ("", "default")
    both = {"PRISM_PUBLIC_REGISTERED_HOTKEYS_FILE": "x", "PRISM_PUBLIC_REGISTERED_HOTKEYS_URL": "https://x"}
    assert set(problems(both)) == {"public.registered_hotkeys_url"}


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x/y", "x", "https://[::1", "https:// x", "https://"])
def test_registered_hotkeys_come_over_http_alone(address: str) -> None:
    assert set(problems({"PRISM_PUBLIC_REGISTERED_HOTKEYS_URL": address})) == {"PRISM_PUBLIC_REGISTERED_HOTKEYS_URL"}
