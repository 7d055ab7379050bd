"""A container in which PyTorch does not see the GPUs that the run was given is our fault, not the submission's."""

import msgspec
import pytest

from prism.policy.model import GpuChoice
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.runner.run import Texts, judged, make_job, make_spec
from tests.runner.conftest import QUICK
from tests.runner.test_attacks import ENTRYPOINTS, project

NONCE = "5f" * 32


@pytest.mark.docker
def test_an_image_without_cuda_holds_a_run_on_gpus_before_the_project_is_loaded(broker: DockerBroker) -> None:
    policy = msgspec.structs.replace(QUICK, gpu=GpuChoice(count=2))
    job = make_job(project("raises"), ENTRYPOINTS, policy, texts=Texts(), nonce=NONCE)
    spec = make_spec(job, QUICK, "accelerators")  # as from an engine that handed none over, without a word

    result = judged(broker.run(spec), NONCE, policy)

    assert (result.reason, result.submission_status) == (Reason.GPU_UNAVAILABLE, "held")
    assert "is built without CUDA" in result.log_tail
