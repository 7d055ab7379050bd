"""Whether a printed line passes for a result: put to the same judge that every run is put to."""

import secrets
from collections.abc import Iterator, Sequence

import msgspec

from prism.evaluator.job import READY_LINE
from prism.policy.model import RunnerPolicy
from prism.runner.broker import ContainerRecord
from prism.runner.metrics import MAX_LINE_BYTES
from prism.runner.result import RunStatus
from prism.runner.run import judged
from prism.sandbox.attack import Line
from prism.sandbox.outcome import PromiseRecord, broken, kept, untestable

GOOD_METRICS = '"heldout_bits_per_byte": 1.0'
_POLICY = RunnerPolicy()
_REST = '"fault": null, "detail": "", "limits_hit": [], "usage": {}, "log_tail": ""'


def apart(attacks: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The lines of each container: long ones alone, so that no broker cuts the others for them."""
    short = [attack for attack in attacks if not attack.is_long]
    yield from ([attack] for attack in attacks if attack.is_long)
    if short:
        yield short


class Forgery:
    """The lines of some attacks, for one container to print, and what comes of them."""

    def __init__(self, attacks: Sequence[Line]) -> None:
        self._attacks = attacks
        self._nonce, self._wrong, self._break = (secrets.token_hex(32) for _ in range(3))

    def code(self) -> str:
        """A program that prints each attack's line and then a good report, apart from each other.

        The good report comes last, because a broker may cut what was printed first.
        """
        texts = [*(self._text(attack) for attack in self._attacks), self._text(Line(id="good", promise="", tries=""))]
        return f"print(*{texts!r}, sep='{self._break}', end='')"

    def found(self, record: ContainerRecord) -> list[PromiseRecord]:
        """What PRISM makes of what was printed."""
        pieces = record.stdout.split(self._break.encode())
        if len(pieces) != len(self._attacks) + 1:
            return [untestable(attack, "the lines did not come back as they were printed") for attack in self._attacks]
        if not self._is_taken(record, pieces[-1], 0):
            return [untestable(attack, "a good report is not taken either") for attack in self._attacks]
        return [
            broken(attack, "it was taken for a result")
            if self._is_taken(record, piece, attack.exit_code)
            else kept(attack)
            for attack, piece in zip(self._attacks, pieces[:-1], strict=True)
        ]

    def _is_taken(self, record: ContainerRecord, piece: bytes, exit_code: int) -> bool:
        alone = msgspec.structs.replace(record, stdout=piece, exit_code=exit_code)
        return judged(alone, self._nonce, _POLICY).status is RunStatus.COMPLETED

    def _text(self, attack: Line) -> str:
        line = attack.line.format(
            nonce=self._nonce,
            wrong=self._wrong,
            report=_report(GOOD_METRICS if attack.metrics is None else attack.metrics),
            doubled=_report(f"{GOOD_METRICS}, {GOOD_METRICS}"),
            nested="[" * 40_000,
            spaces=" " * MAX_LINE_BYTES,
        )
        return (f"{READY_LINE}\n" if attack.is_ready else "") + f"\n{line}\n"


def _report(metrics: str) -> str:
    return f'{{"metrics": {{{metrics}}}, {_REST}}}'
