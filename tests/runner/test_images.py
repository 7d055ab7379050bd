"""Which image runs: pinned by digest, on the allow list, by its id, against the real engine."""

import os
from collections.abc import Iterator

import docker
import pytest

from prism.errors import RunnerError
from prism.runner.docker_broker import DockerBroker
from prism.runner.images import image_id
from tests.runner.conftest import QUICK
from tests.runner.test_docker_broker import engine, error_of, spec

__all__ = ["engine"]
pytestmark = pytest.mark.docker

OTHER = "sha256:" + "0" * 64


@pytest.fixture
def pinned(broker: DockerBroker, engine: docker.DockerClient) -> str:
    """The image's id."""
    return str(engine.images.get(QUICK.image).id)


def test_an_image_may_be_named_pinned_or_given_by_id(engine: docker.DockerClient, pinned: str) -> None:
    for wanted in (QUICK.image, f"{QUICK.image}@{pinned}", f"prism-evaluator@{pinned}", pinned):
        for allowed in ((), (pinned,), (OTHER, pinned)):
            assert image_id(engine, wanted, allowed) == pinned


@pytest.mark.parametrize("form", ["{name}", "{name}@{pinned}", "{pinned}"])
def test_each_form_of_an_entry_allows_the_image(pinned: str, form: str) -> None:
    allowed = form.format(name=QUICK.image, pinned=pinned)

    assert DockerBroker({"images": ["another:latest", allowed]}).run(spec("print('ran')")).stdout == b"ran\n"


def test_a_pinned_image_that_is_another_one_runs_nothing(broker: DockerBroker) -> None:
    error = error_of(broker, spec("", image=f"{QUICK.image}@{OTHER}"))

    assert (error.code, OTHER in error.where) == ("image-mismatch", True)


def test_an_entry_with_another_digest_runs_nothing(broker: DockerBroker) -> None:
    strict = DockerBroker({"images": [f"{QUICK.image}@{OTHER}"]})

    assert error_of(strict, spec("")).code == "image-mismatch"


@pytest.mark.parametrize("wanted", ["prism-base:latest", "prism-evaluator", "prism-no-such-image:latest"])
def test_an_image_that_is_not_on_the_list_is_refused_by_name(broker: DockerBroker, wanted: str) -> None:
    strict = DockerBroker({"images": [QUICK.image]})
    error = error_of(strict, spec("", image=wanted))

    assert (error.code, wanted in error.where) == ("image-not-allowed", True)


def test_an_unknown_id_is_missing(broker: DockerBroker) -> None:
    assert error_of(broker, spec("", image=OTHER)).code == "image-missing"


def test_a_pin_holds_whatever_name_stands_before_it(engine: docker.DockerClient, pinned: str) -> None:
    with pytest.raises(RunnerError) as caught:
        image_id(engine, f"prism-base:latest@{pinned}", ())

    assert caught.value.code == "image-mismatch"


@pytest.fixture
def changed_image(broker: DockerBroker, engine: docker.DockerClient) -> Iterator[str]:
    """An image that declares a volume and a health check."""
    container = engine.containers.create(QUICK.image, ["true"])
    changes = ["VOLUME /data", "HEALTHCHECK --interval=1s CMD touch /data/alive"]
    image = container.commit(repository=f"prism-test-{os.getpid()}", changes="\n".join(changes))
    container.remove()
    yield str(image.id)
    engine.images.remove(str(image.id), force=True)


def test_an_image_with_a_volume_of_its_own_is_refused(broker: DockerBroker, changed_image: str) -> None:
    error = error_of(broker, spec("", image=changed_image))

    assert (error.code, error.where) == ("limit-unsupported", "the engine's Mounts")


def test_a_broker_is_the_same_by_whatever_name_its_image_is_meant(broker: DockerBroker, pinned: str) -> None:
    names = (QUICK.image, f"{QUICK.image}@{pinned}", pinned)
    identities = [broker.identity(name) for name in names]

    assert identities[0]["image_digest"] == pinned
    assert identities == [identities[0]] * 3


def test_a_broker_is_not_known_by_an_image_that_it_would_not_run(pinned: str) -> None:
    with pytest.raises(RunnerError) as caught:
        DockerBroker({"images": [OTHER]}).identity(pinned)

    assert caught.value.code == "image-mismatch"
