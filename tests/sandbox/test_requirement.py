"""What was proved of a broker counts for just that broker, and not for ever."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from prism.errors import RunnerError, UsageError
from prism.policy.model import BrokerChoice, RunnerPolicy, VerificationPolicy
from prism.runner.broker import ContainerRecord, RunningJob
from prism.runner.spec import RunSpec
from prism.sandbox import record
from prism.sandbox.binding import binding_of, name_of
from prism.sandbox.catalogue import attacks
from prism.sandbox.outcome import Outcome, PromiseRecord
from prism.sandbox.record import Verification
from prism.sandbox.requirement import require_verified, required_ids
from prism.sandbox.verify import chosen

IDS = [attack.id for attack in attacks()]


class AnonymousBroker:
    """A broker that somebody else wrote, and that says nothing about itself."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        raise RunnerError(f"this broker does not run {spec.job_id}")

    def cleanup(self, job_id: str) -> int:
        raise RunnerError(f"this broker knows nothing of {job_id}")

    def list(self) -> tuple[RunningJob, ...]:
        return ()


class NamedBroker(AnonymousBroker):
    """A broker on an engine whose parts can be given."""

    def __init__(self, **parts: str) -> None:
        self._parts = {"engine": "one", "image_digest": "sha256:1"} | parts

    def identity(self, image: str) -> dict[str, str]:
        return {**self._parts, "asked": image}


def policy(*required: str, exempt: Sequence[str] = (), hours: int = 24) -> RunnerPolicy:
    return RunnerPolicy(verification=VerificationPolicy(required=required, exempt=tuple(exempt), max_age_hours=hours))


def verified(broker: NamedBroker, under: RunnerPolicy, outcomes: Mapping[str, Outcome] = {}, *, age: float = 0) -> Path:
    promises = [PromiseRecord(id=each, outcome=outcomes.get(each, Outcome.KEPT)) for each in IDS]
    return record.save(
        Verification(
            verified_at=time.time() - age,
            seconds=1.0,
            binding=binding_of(broker, under) or {},
            promises=tuple(promises),
        )
    )


def refusal(broker: AnonymousBroker, under: RunnerPolicy) -> str:
    with pytest.raises(RunnerError) as caught:
        require_verified(broker, under)
    assert caught.value.code == "broker-unverified"
    assert caught.value.where
    assert caught.value.do
    return caught.value.what


def test_what_requires_nothing_needs_no_proof() -> None:
    require_verified(AnonymousBroker(), policy())


def test_without_any_proof_a_broker_is_refused() -> None:
    assert "nobody has verified" in refusal(NamedBroker(), policy("fork-bomb"))


def test_a_proof_lets_the_same_broker_run() -> None:
    verified(NamedBroker(), policy())
    require_verified(NamedBroker(), policy("all"))
    require_verified(NamedBroker(), policy("fork-bomb", "io-uring"))


@pytest.mark.parametrize("outcome", [Outcome.BROKEN, Outcome.UNTESTABLE])
def test_a_required_promise_must_have_been_kept(outcome: Outcome) -> None:
    verified(NamedBroker(), policy(), {"io-uring": outcome})
    assert f"io-uring ({outcome})" in refusal(NamedBroker(), policy("all"))
    assert f"io-uring ({outcome})" in refusal(NamedBroker(), policy("io-uring"))
    require_verified(NamedBroker(), policy("fork-bomb"))
    require_verified(NamedBroker(), policy("all", exempt=["io-uring"]))


def test_many_broken_promises_are_counted() -> None:
    verified(NamedBroker(), policy(), dict.fromkeys(IDS, Outcome.BROKEN))
    assert f"and {len(IDS) - 5} more" in refusal(NamedBroker(), policy("all"))


def test_a_promise_that_was_not_tried_is_not_kept() -> None:
    binding = binding_of(NamedBroker(), policy()) or {}
    record.save(Verification(verified_at=time.time(), seconds=1.0, binding=binding, promises=()))
    assert "fork-bomb (not tried)" in refusal(NamedBroker(), policy("fork-bomb"))


@pytest.mark.parametrize("age", [25 * 3600.0, -3600.0])
def test_a_proof_that_is_too_old_or_of_tomorrow_is_none(age: float) -> None:
    verified(NamedBroker(), policy(), age=age)
    assert "hours ago" in refusal(NamedBroker(), policy("all"))


@pytest.mark.parametrize("change", [{"engine": "two"}, {"image_digest": "sha256:2"}, {"kernel": "new"}])
def test_a_proof_is_of_one_engine_and_image(change: dict[str, str]) -> None:
    verified(NamedBroker(), policy())
    assert "nobody has verified" in refusal(NamedBroker(**change), policy("all"))


@pytest.mark.parametrize(
    "other",
    [
        {"broker": BrokerChoice(settings={"runtime": "runsc"})},
        {"broker": BrokerChoice(kind="other")},
        {"image": "other"},
        {"user": "1:1"},
        {"network": "inner"},
    ],
)
def test_a_proof_is_of_the_settings(other: dict[str, object]) -> None:
    verified(NamedBroker(), policy())
    required = VerificationPolicy(required=("all",))
    assert "nobody has verified" in refusal(NamedBroker(), RunnerPolicy(verification=required, **other))  # type: ignore[arg-type] # one of the fields above


def test_a_broker_without_an_identity_proves_nothing() -> None:
    assert binding_of(AnonymousBroker(), policy()) is None
    assert "cannot say where it runs" in refusal(AnonymousBroker(), policy("all"))


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"format": 2}', b"\xff" * 100])
def test_a_damaged_record_is_none(text: bytes) -> None:
    file = verified(NamedBroker(), policy())
    file.write_bytes(text)
    assert "nobody has verified" in refusal(NamedBroker(), policy("all"))


def test_the_record_of_another_broker_in_the_place_of_ones_own_is_none() -> None:
    file = verified(NamedBroker(engine="two"), policy())
    file.rename(file.with_name(f"{name_of(binding_of(NamedBroker(), policy()) or {})}.json"))
    assert "nobody has verified" in refusal(NamedBroker(), policy("all"))


def test_a_record_replaces_the_one_before_and_is_for_nobody_else_to_read(state: Path) -> None:
    verified(NamedBroker(), policy(), {"io-uring": Outcome.BROKEN})
    verified(NamedBroker(), policy())
    (file,) = state.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    require_verified(NamedBroker(), policy("all"))


def test_a_record_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(RunnerError) as caught:
        verified(NamedBroker(), policy())
    assert "cannot be kept" in caught.value.what


def test_required_ids_are_those_that_there_are() -> None:
    assert required_ids(policy("all").verification) == tuple(IDS)
    assert required_ids(policy("all", exempt=["io-uring"]).verification) == tuple(x for x in IDS if x != "io-uring")
    assert required_ids(policy("all", "io-uring", exempt=["io-uring"]).verification) == tuple(IDS)
    assert "no promise 'none-such'" in refusal(NamedBroker(), policy("none-such"))
    assert "no promise 'none-such'" in refusal(NamedBroker(), policy(exempt=["none-such"]))


def test_promises_are_chosen_by_id() -> None:
    assert chosen([]) == attacks()
    assert [attack.id for attack in chosen(["io-uring", "fork-bomb"])] == ["fork-bomb", "io-uring"]
    with pytest.raises(UsageError, match="none-such"):
        chosen(["none-such"])
