"""The attacks as data: complete, readable, and small enough to travel."""

import ast

import pytest

from prism.policy.model import RunLimits, RunnerPolicy
from prism.sandbox import specs
from prism.sandbox.attack import AnyAttack, Pair, Probe, Program, Project
from prism.sandbox.catalogue import FOLDER, ORDER, attacks, digest, groups

LONGEST_ARGUMENT = 128 * 1024
AREAS = """
    fork-bomb thread-bomb memory-hog swap-hog processor-hog descriptor-hog inode-hog disk-hog shared-memory root-write
    mount proc-write sys-write host-loopback metadata-service name-lookup raw-socket netlink-socket packet-socket
    vsock-socket engine-socket neighbour trace-first-process setuid-program user-namespace keyring io-uring bpf
    userfaultfd perf kernel-module environment-secret output-flood forged-nonce not-a-number links-as-output
    fifo-as-output survivor clock gpu-over-count forged-result
"""


def test_the_suite_tries_all_that_can_be_expected_of_it() -> None:
    assert len(attacks()) >= 100
    assert {attack.id for attack in attacks()} >= set(AREAS.split())


def test_no_attack_is_named_twice_or_left_out() -> None:
    ids = [attack.id for attack in attacks()]
    assert len(ids) == len(set(ids))
    assert {path.stem for path in FOLDER.iterdir()} == set(ORDER)
    assert all(group.attacks for group in groups())


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.id)
def test_an_attack_says_what_it_is_about(attack: AnyAttack) -> None:
    for text in (attack.promise, attack.tries, attack.judged, attack.mend):
        assert 10 < len(text) < 250
        assert text.endswith(".")
    assert specs.small_limits(RunLimits(), attack.limits).wall_seconds <= 30


@pytest.mark.parametrize(
    "attack",
    [each for each in attacks() if isinstance(each, Probe | Program | Pair | Project)],
    ids=lambda attack: attack.id,
)
def test_the_code_of_an_attack_is_python(attack: Probe | Program | Pair | Project) -> None:
    assert ast.parse(attack.code).body


def test_all_probes_fit_into_one_argument() -> None:
    probes = [attack for attack in attacks() if isinstance(attack, Probe)]
    run = specs.spec(RunnerPolicy(), "probes", (), {})
    command = specs.probes_command(probes, specs.given(run, {}), "mark", is_confined=True)
    assert max(len(argument) for argument in command) < LONGEST_ARGUMENT / 2


def test_an_attack_never_gets_more_than_the_policy_gives() -> None:
    least = RunLimits(
        cpus=0.1, memory_bytes=64 * 2**20, pids=4, open_files=16, scratch_bytes=2**20, scratch_files=16, wall_seconds=5
    )
    small = specs.small_limits(least, {})
    assert (small.cpus, small.memory_bytes, small.pids, small.open_files) == (0.1, 64 * 2**20, 4, 16)
    assert (small.scratch_bytes, small.scratch_files, small.swap_bytes) == (2**20, 16, 0)


def test_the_digest_is_that_of_the_shipped_set() -> None:
    assert len(digest()) == 64
    assert digest() == digest()
