"""What the supervisor of a pair review is told on its standard input: two jobs in one message, and how they are run."""

from dataclasses import dataclass, fields

from prism.evaluator.frames import Message
from prism.evaluator.job import Job, JobError, packed, unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a pair is compared."""

    is_run: bool
    """Whether the models are built and run; otherwise the code is only read."""
    contexts: int
    """Contexts that both models predict the next byte of."""
    seed: int
    """Of those contexts and of the parameters that are put into the models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairJob:
    """Two projects under the same settings; the nonce is in the first one's job."""

    first: Job
    second: Job
    comparison: Comparison


def packed_pair(pair: PairJob) -> Message:
    """Both jobs as one message, one body after the other."""
    first, second = packed(pair.first), packed(pair.second)
    comparison = {field.name: getattr(pair.comparison, field.name) for field in fields(Comparison)}
    header: dict[str, object] = {
        "comparison": comparison,
        "first": first.header,
        "second": second.header,
        "first_bytes": len(first.body),
    }
    return Message(header=header, body=first.body + second.body)


def unpacked_pair(message: Message) -> PairJob:
    """The jobs in a message of :func:`packed_pair`.

    Raises:
        JobError: the sender and this image are not of one version.
    """
    header = message.header
    try:
        size = int(header["first_bytes"])  # type: ignore[call-overload] # JSON
        return PairJob(
            first=unpacked(Message(header=header["first"], body=message.body[:size])),  # type: ignore[arg-type] # JSON
            second=unpacked(Message(header=header["second"], body=message.body[size:])),  # type: ignore[arg-type] # JSON
            comparison=Comparison(**header["comparison"]),  # type: ignore[arg-type] # JSON; wrong names raise TypeError
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JobError(f"the pair is not of this evaluator's form: {error!r}") from error
