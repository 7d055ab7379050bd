"""An evaluation of one's own: how often the byte that a model finds most likely is the right one."""

from prism.evaluator.causality import require_causal
from prism.evaluator.evaluation import Answer, Metrics, Stage, answers, load, train
from prism.evaluator.job import Job
from prism.evaluator.windows import heldout_windows


def evaluate(job: Job, stage: Stage) -> Metrics:
    """Train as the built-in evaluation does, and count right guesses on the held-out text."""
    settings = job.settings
    windows = heldout_windows(
        job.heldout_text, length=settings.sequence_length, count=settings.heldout_windows, seed=settings.seed
    )
    trained = train(job, stage)
    with stage.contestant({}) as contestant:
        train_seconds = trained.seconds + load(job, contestant, trained)
        contestant.allow(settings.predict_seconds, "predict_seconds")
        right = sum(right_guesses(answer) for answer in answers(contestant, windows))
        require_causal(job, contestant)
    return {
        "heldout_accuracy_ratio": right / len(windows),
        "parameters": float(trained.state.parameters),
        "train_seconds": train_seconds,
    }


def right_guesses(answer: Answer) -> int:
    """How many windows are followed by the byte with the highest logit."""
    return sum(row.index(max(row)) == window.target for row, window in zip(answer.rows, answer.windows, strict=True))
