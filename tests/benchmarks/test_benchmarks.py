"""The benchmarks run and measure something; how fast a shared machine is, no test decides."""

import pytest

from prism.runner.docker_broker import DockerBroker
from tests.benchmarks import __main__ as command
from tests.benchmarks import batch, bridge, containers, review, safety, safety_phases, startup, store, worker
from tests.runner.conftest import broker

__all__ = ["broker"]


def figures(text: str) -> dict[str, float]:
    return {line.rsplit(maxsplit=4)[0]: float(line.split()[-2]) for line in text.splitlines() if line.endswith(" x")}


def test_reviewing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    review.main(rounds=1)
    measured = figures(capsys.readouterr().out)
    assert len(measured) == 3
    assert measured["ast.parse of its files"] == 1


def test_batches_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """It also asserts that killing and resuming changes nothing, and that memory stays flat."""
    batch.main(projects=20, kills=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("20 projects")
    assert [line.split()[0] for line in lines[2:6]] == ["prism", "prism", "prism", "shell"]
    assert lines[-1].endswith("the same result")


def test_starting_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    startup.main(rounds=1)
    measured = figures(capsys.readouterr().out)
    assert len(measured) == 5
    assert measured['python -c "import typer"'] == 1


def test_reading_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    safety.main(every=60, rounds=1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("safety rules")] == ["safety"] * 5
    floors = [line.split()[-2] for line in lines if line.startswith("ast.parse and ast.walk ")]
    assert floors == ["1.00"] * 3
    assert figures("\n".join(lines))["bandit"] == 1


def test_every_phase_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    safety_phases.main(every=60)
    lines = capsys.readouterr().out.splitlines()
    for phase in safety_phases.PHASES:
        assert len([line for line in lines if line.startswith(phase)]) == 3


def test_the_store_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Each query of it also asserts that what is there is found."""
    store.main(sizes=(300, 600))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    sizes = [[name, size] for name in ("sqlite", "postgresql") for size in ("300", "600")]
    assert [line[:2] for line in lines] == sizes
    assert all(float(figure.replace(",", "")) > 0 for line in lines for figure in line[2:])


def test_the_bridge_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Each request of it also asserts that it was acknowledged."""
    bridge.main(("sqlite",), clients=(1, 2), rounds=1, seconds=0.5, submissions=40)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:3] for line in lines[1:5]] == [["sqlite", n, who] for n in "12" for who in ("bridge", "floor")]
    assert all(float(figure) > 0 for line in lines[1:5] for figure in line[3:])
    assert lines[-1][:3] == ["sqlite:", "MB", "of"]


def test_working_off_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Each measurement of it also asserts that all have ended."""
    worker.main(projects=3)
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["reviews", *["prism"] * 2, *["worker,"] * 4]
    assert all(float(line.split()[-1]) > 0 for line in lines)


@pytest.mark.docker
def test_running_is_measured(broker: DockerBroker, capsys: pytest.CaptureFixture[str]) -> None:
    """Each run of it also asserts that the command ran."""
    containers.main(rounds=1, parallel_rounds=1)
    lines = capsys.readouterr().out.splitlines()
    rows = ("one at a time", "10 at once", "a whole evaluation")
    assert all(any(line.startswith(row) for line in lines) for row in rows)
    assert any("POST /containers/ID/start" in line for line in lines)
    assert not any(job.job_id.startswith("bench-") for job in broker.list())


def test_the_pages_are_what_the_command_writes() -> None:
    """Every part has its section, with when and where it was measured; what is not measured anew stays as it is."""
    for name, page in command.PAGES.items():
        text = (command.ROOT / "docs/explanation" / f"{name}.md").read_text(encoding="utf-8")
        found = dict(command.SECTION.findall(text))
        assert list(found) == list(page.parts.values())
        assert all(section.startswith("Measured on 20") for section in found.values())
        assert command.page_text(page, found) == text
