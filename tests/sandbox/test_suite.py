"""The attacks on the real engine: no promise is kept when its protection is gone.

That all are kept when it is there, ``tests/cli/test_sandbox.py`` shows.
"""

import hashlib
from pathlib import Path

import msgspec
import pytest

from prism.errors import RunnerError
from prism.policy.model import RunnerPolicy
from prism.runner.docker_broker import DockerBroker
from prism.sandbox.attack import Line, Probe
from prism.sandbox.catalogue import attacks
from prism.sandbox.outcome import Outcome, PromiseRecord
from prism.sandbox.suite import Suite
from prism.sandbox.verify import verify
from tests.sandbox.weak import BROKERS, WEAKNESSES, WeakBroker

ATTACKS = {attack.id: attack for attack in attacks()}
LINES = tuple(attack for attack in attacks() if isinstance(attack, Line))
POLICY = RunnerPolicy()


def not_broken(records: list[PromiseRecord]) -> list[PromiseRecord]:
    return [record for record in records if record.outcome is not Outcome.BROKEN]


@pytest.mark.docker
@pytest.mark.parametrize("name", WEAKNESSES)
def test_an_attack_notices_that_its_protection_is_gone(name: str, broker: DockerBroker, tmp_path: Path) -> None:
    weakness = WEAKNESSES[name]
    chosen = [ATTACKS[each] for each in weakness.breaks]

    records = Suite(WeakBroker(weakness, tmp_path), POLICY, is_confined=weakness.is_confined).run(chosen)

    assert not_broken(records) == []


@pytest.mark.docker
@pytest.mark.parametrize("kind", BROKERS)
def test_an_attack_notices_a_careless_broker(kind: type[DockerBroker], broker: DockerBroker) -> None:
    assert not_broken(Suite(kind({}), POLICY).run([ATTACKS[each] for each in BROKERS[kind]])) == []


@pytest.mark.docker
def test_a_line_without_its_flaw_is_taken_for_a_result(broker: DockerBroker) -> None:
    honest = Line(id="honest", promise="", tries="")
    mended = [
        msgspec.structs.replace(
            attack, line=honest.line, metrics=honest.metrics, is_ready=honest.is_ready, exit_code=honest.exit_code
        )
        for attack in LINES
    ]
    assert not_broken(Suite(broker, POLICY).run(mended)) == []


def test_each_attack_is_tried_without_its_protection() -> None:
    broken = [each for weakness in WEAKNESSES.values() for each in weakness.breaks]
    broken += [each for ids in BROKERS.values() for each in ids]
    assert sorted(broken) == sorted(attack.id for attack in attacks() if attack not in LINES)


@pytest.mark.docker
def test_an_image_without_python_is_an_error(broker: DockerBroker) -> None:
    with pytest.raises(RunnerError) as caught:
        Suite(broker, RunnerPolicy(image="prism-no-such-image.invalid/none:none")).run(attacks()[:1])
    assert caught.value.code == "image-missing"


def probe(code: str, *, seconds: float = 5.0) -> Probe:
    name = hashlib.sha256(code.encode()).hexdigest()[:16]
    return Probe(id=f"probe-{name}", promise="", tries="", inside="container", code=code, seconds=seconds)


@pytest.mark.docker
def test_an_attack_that_goes_wrong_proves_nothing_and_does_not_disturb_the_next(broker: DockerBroker) -> None:
    records = Suite(broker, POLICY).run(
        [
            probe("undefined"),
            probe("import os; os._exit(0)"),
            probe("import time; time.sleep(60)", seconds=0.3),
            probe("import os\nwhile True:\n    os.write(1, b'x' * 1000)\n", seconds=0.3),
            probe("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
            probe("import os\nfor _ in range(10):\n    if not os.fork():\n        import time; time.sleep(60)\n"),
            probe("import os; os.chmod('/scratch', 0)"),
            probe("import os\nassert os.listdir('/scratch') == []\nassert os.listdir('/proc').count('2') == 0"),
            probe("refused(lambda: 1, 'EPERM')"),
            probe("open('/nonexistent/file')"),
            probe("refused(lambda: open('/nonexistent/file'), 'EPERM')"),
        ]
    )

    assert [str(record.outcome) for record in records] == [
        *["untestable"] * 5,
        *["kept"] * 3,
        "broken",
        "untestable",
        "broken",
    ]


@pytest.mark.docker
def test_the_end_of_the_container_is_no_proof(broker: DockerBroker) -> None:
    end = "import os, signal; os.kill(SUPERVISOR, signal.SIGKILL)"
    (record,) = Suite(WeakBroker(WEAKNESSES["an init process that everybody may signal"], Path()), POLICY).run(
        [probe(end)]
    )
    assert record.outcome is Outcome.UNTESTABLE
    assert "no answer" in record.detail


class MovingBroker(DockerBroker):
    """Is another one every time it is asked."""

    asked = 0

    def identity(self, image: str) -> dict[str, str]:
        self.asked += 1
        return {**super().identity(image), "engine": str(self.asked)}


@pytest.mark.docker
def test_what_changes_meanwhile_proves_nothing(broker: DockerBroker) -> None:
    with pytest.raises(RunnerError, match="changed while the attacks were made"):
        verify(MovingBroker({}), POLICY, [ATTACKS["io-uring"]])


@pytest.mark.docker
def test_the_same_engine_and_image_are_known_again(broker: DockerBroker, tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text('{"defaultAction": "SCMP_ACT_ALLOW"}', encoding="utf-8")
    first = broker.identity(POLICY.image)

    assert DockerBroker({}).identity(POLICY.image) == first
    assert all(first[name] for name in ("engine", "engine_version", "kernel", "runtime", "image_digest"))
    other = DockerBroker({"seccomp": str(profile)}).identity(POLICY.image)
    assert {name for name in first if first[name] != other[name]} == {"seccomp_sha256"}


@pytest.mark.docker
def test_when_the_time_is_over_nothing_more_is_tried(broker: DockerBroker) -> None:
    (record,) = Suite(broker, POLICY, seconds=-1.0).run([ATTACKS["io-uring"]])
    assert (record.outcome, record.detail) == (Outcome.UNTESTABLE, "the suite's time was over")
