"""A job survives its journey, and a message of another form is not taken for one."""

from dataclasses import replace

import pytest

from prism.evaluator.frames import Message
from prism.evaluator.job import Job, JobError, Settings, packed, unpacked

SETTINGS = Settings(
    architecture="model",
    training="model",
    seed=1,
    steps=2,
    batch_size=3,
    sequence_length=4,
    heldout_windows=16,
    state_bytes=100,
    checkpoint_bytes=100,
    parameters=0,
    train_seconds=0.0,
    predict_seconds=0.0,
    output_bytes=100,
    seconds=1.5,
    threads=1,
    gpus=0,
    has_network=False,
    container={"pids": 5.0},
)
JOB = Job(
    nonce="n",
    settings=SETTINGS,
    train_text=b"train",
    heldout_text=b"held",
    files={"model.py": b"one", "empty.py": b"", "a/b.py": b"two"},
)


def test_a_job_arrives_as_it_was_packed() -> None:
    assert unpacked(packed(JOB)) == JOB


@pytest.mark.parametrize("missing", ["nonce", "settings", "train_bytes", "heldout_bytes", "files"])
def test_a_job_without_one_of_its_parts_is_refused(missing: str) -> None:
    message = packed(JOB)
    header = {name: value for name, value in message.header.items() if name != missing}

    with pytest.raises(JobError, match=missing):
        unpacked(Message(header=header, body=message.body))


@pytest.mark.parametrize("body", [b"", packed(JOB).body + b"more"])
def test_sizes_that_do_not_add_up_are_refused(body: bytes) -> None:
    with pytest.raises(JobError, match="not of this evaluator's form"):
        unpacked(replace(packed(JOB), body=body))


def test_a_setting_of_another_version_is_refused() -> None:
    message = packed(JOB)
    settings = message.header["settings"]
    assert isinstance(settings, dict)

    with pytest.raises(JobError, match="newer"):
        unpacked(Message(header=message.header | {"settings": settings | {"newer": 1}}, body=message.body))
