"""The contestant as the supervisor sees it: a process with two message pipes and a capped stream of output."""

import fcntl
import os
import selectors
import signal
import socket
import termios
import time
import traceback
from array import array
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import FrameError, Inbox, Message, OversizeError, encoded
from prism.evaluator.observation import MAX_MESSAGE_BYTES, Kind, Observations

REQUESTS, ANSWERS, OBSERVED = 3, 4, 5  # the contestant's descriptors
_CHUNK = 64 * 1024
_TAIL_BYTES = 4096
_POLL_SECONDS = 0.2
_SAID_FAULTS = (Fault.PROJECT_RAISED, Fault.CONTRACT_BROKEN)
_DETAIL_CHARACTERS = 500
_WHOLE_RUN = "wall_seconds"
_MESSAGES_A_TURN = 512  # of the tripwire; fewer have room in the socket


class StartError(Exception):
    """The contestant could not be confined or started: not the project's fault, none of its code has run."""


class OutputLog:
    """What contestants print: counted over the whole run, only the end of it kept."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._pieces: deque[bytes] = deque()

    def take(self, data: bytes) -> None:
        """Count and keep a piece.

        Raises:
            FaultError: the run has now printed more than its limit.
        """
        self._pieces.append(data)
        while sum(map(len, self._pieces)) - len(self._pieces[0]) >= _TAIL_BYTES:
            self._pieces.popleft()
        self._left -= len(data)
        if self._left < 0:
            raise FaultError(Fault.OUTPUT_LIMIT, "the project's code printed more than output_bytes")

    def tail(self) -> str:
        """The last 4 KiB as text; untrusted."""
        return b"".join(self._pieces)[-_TAIL_BYTES:].decode("utf-8", "replace")


class Contestant:
    """A started contestant. Everything it answers is untrusted; everything about it ends at the deadline.

    Raises:
        StartError: it could not be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        confine: Callable[[], None],
        log: OutputLog,
        observations: Observations,
        deadline: float,
    ) -> None:
        self._log = log
        self._observations = observations
        self._end = self._deadline = deadline
        self._limit = _WHOLE_RUN
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        self._output, output = os.pipe()
        # A socket, since the other end of a pipe can be opened, and what was told taken back before it is read here.
        self._observed, observed = (end.detach() for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        failed, failure = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become(command, environment, (requests, answers, output, observed, failure), confine)
        for descriptor in (requests, answers, output, observed, failure):
            os.close(descriptor)
        with open(failed, encoding="utf-8") as report:  # noqa: PTH123 - a descriptor
            if problem := report.read():  # ends when the other program begins
                raise StartError(problem)
        # The contestant can open the other end of each pipe as well, and take or put bytes after an event was seen.
        for descriptor in (self._requests, self._answers, self._output, self._observed):
            os.set_blocking(descriptor, False)
        observations.begin()
        self._selector = selectors.DefaultSelector()
        for source in (self._answers, self._output, self._observed):
            self._selector.register(source, selectors.EVENT_READ)

    def allow(self, seconds: float, limit: str) -> None:
        """From now on answer within so many seconds in all, or be ended for the limit of that name; 0 is no limit.

        The whole run's end stays what it is.
        """
        deadline = time.monotonic() + seconds if seconds else self._end
        self._deadline, self._limit = (deadline, limit) if deadline < self._end else (self._end, _WHOLE_RUN)

    def exchange(
        self, message: Message, *, answer: str, max_body: int = 0, oversize: Fault = Fault.PROTOCOL_BROKEN
    ) -> Message:
        """Send a message and return the answer, which must be of the given kind.

        Args:
            message: what to send.
            answer: the kind of answer.
            max_body: bytes its body may have.
            oversize: what it is called when the body has more.

        Raises:
            FaultError: the contestant ended, was too slow, printed too much, reported that the project's code
                raised, answered before it was asked, or answered something else.
        """
        self._require_silence()
        outgoing = memoryview(encoded(message))
        inbox = Inbox(max_body)
        self._selector.register(self._requests, selectors.EVENT_WRITE)
        try:
            while inbox.missing():
                outgoing = self._turn(outgoing, inbox)
            self._observe()  # what was seen before the answer is here before the answer
            self._observations.require_armed()
            return _checked(inbox.message(), answer)
        except OversizeError as error:
            raise FaultError(oversize, str(error)) from error
        except FrameError as error:
            raise FaultError(Fault.PROTOCOL_BROKEN, str(error)) from error
        finally:
            with suppress(KeyError):
                self._selector.unregister(self._requests)

    def close(self) -> None:
        """Let go of the pipes, after what was printed and seen last has been read. Killing is the caller's part."""
        with suppress(BlockingIOError):
            while message := os.read(self._observed, MAX_MESSAGE_BYTES):
                self._observations.take(message)
        with suppress(BlockingIOError):
            while data := os.read(self._output, _CHUNK):
                self._log.take(data)
        self._selector.close()
        for descriptor in (self._requests, self._answers, self._output, self._observed):
            os.close(descriptor)

    def _require_silence(self) -> None:
        """Nothing, if no answer lies there before the question is asked: it would take no time and know nothing."""
        if any(key.fd == self._answers for key, _ in self._selector.select(0)):
            with suppress(BlockingIOError):
                if os.read(self._answers, 1):
                    raise _early()

    def _require_heard(self, outgoing: memoryview) -> None:
        """Nothing, if the whole question was read: whoever answers one that still lies in the pipe does not know it."""
        unread = array("i", [0])
        fcntl.ioctl(self._requests, termios.FIONREAD, unread)
        if outgoing or unread[0]:
            raise _early()

    def _turn(self, outgoing: memoryview, inbox: Inbox) -> memoryview:
        """Wait for one round of events and serve them; what remains to be sent."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise FaultError(Fault.TIME_LIMIT, f"no answer within {self._limit}", limit=self._limit)
        events = self._selector.select(min(seconds, _POLL_SECONDS))
        if not events and self._has_ended():
            raise FaultError(Fault.CONTESTANT_ENDED, self._how_it_ended())
        for key, _ in events:
            with suppress(BlockingIOError):
                if key.fd == self._output:
                    self._read_output()
                elif key.fd == self._observed:
                    self._observe()
                elif key.fd == self._answers:
                    self._read_answer(inbox)
                    self._require_heard(outgoing)
                else:
                    outgoing = self._write(outgoing)
        return outgoing

    def _read_output(self) -> None:
        data = os.read(self._output, _CHUNK)
        if data:
            self._log.take(data)
        else:
            self._selector.unregister(self._output)

    def _observe(self) -> None:
        """Read what the tripwire tells; that it cannot tell any more, of a process that goes on, is noted as well."""
        with suppress(BlockingIOError, KeyError):
            for _ in range(_MESSAGES_A_TURN):
                if not (message := os.read(self._observed, MAX_MESSAGE_BYTES)):
                    break
                self._observations.take(message)
            else:  # it is filled as fast as it is emptied, and the time must be looked at
                self._observations.note(Kind.TRIPWIRE, "flooded", "")
                return
            self._selector.unregister(self._observed)
            if not self._ends_now():
                self._observations.note(Kind.TRIPWIRE, "closed", "")

    def _read_answer(self, inbox: Inbox) -> None:
        if not (wanted := inbox.missing()):
            return
        data = os.read(self._answers, min(wanted, _CHUNK))
        if not data:
            raise FaultError(Fault.CONTESTANT_ENDED, self._how_it_ended())
        inbox.feed(data)

    def _write(self, outgoing: memoryview) -> memoryview:
        try:
            outgoing = outgoing[os.write(self._requests, outgoing[:_CHUNK]) :]
        except BrokenPipeError:
            raise FaultError(Fault.CONTESTANT_ENDED, self._how_it_ended()) from None
        if not outgoing:
            self._selector.unregister(self._requests)
        return outgoing

    def _has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _ends_now(self) -> bool:
        """Whether it has ended, or does so at once: an ending process closes its pipes before it can be waited for."""
        give_up = time.monotonic() + _POLL_SECONDS
        while not self._has_ended():
            if time.monotonic() > give_up:
                return False
            time.sleep(_POLL_SECONDS / 20)
        return True

    def _how_it_ended(self) -> str:
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) if self._ends_now() else None
        if ended is None:
            return "it closed its pipes"
        if ended.si_code == os.CLD_EXITED:
            return f"it exited with code {ended.si_status}"
        return f"it was ended by signal {ended.si_status}"


def _early() -> FaultError:
    return FaultError(Fault.PROTOCOL_BROKEN, "it answered before it was asked")


def _checked(message: Message, answer: str) -> Message:
    kind = message.header.get("kind")
    if kind == answer:
        return message
    said, detail = message.header.get("fault"), message.header.get("detail")
    if kind == "fault" and said in _SAID_FAULTS and isinstance(detail, str):
        text = detail[:_DETAIL_CHARACTERS].encode("utf-8", "backslashreplace").decode()  # half a character is no text
        raise FaultError(Fault(str(said)), text)
    raise FaultError(Fault.PROTOCOL_BROKEN, f"it did not answer with {answer!r}")


def _become(
    command: Sequence[str],
    environment: Mapping[str, str],
    ends: tuple[int, int, int, int, int],
    confine: Callable[[], None],
) -> None:
    """Turn the forked child into the contestant; never returns."""
    failure = ends[-1]
    try:
        os.setsid()
        # Copies above the targets first: a pipe's own number may be the target of another.
        requests, answers, output, observed, failure = (
            fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 2 * OBSERVED) for end in ends
        )
        nothing = os.open(os.devnull, os.O_RDONLY)
        messages = ((requests, REQUESTS), (answers, ANSWERS), (observed, OBSERVED))
        for source, target in ((nothing, 0), (output, 1), (output, 2), *messages):
            os.dup2(source, target, inheritable=True)
        os.closerange(OBSERVED + 1, failure)
        os.closerange(failure + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        confine()
        os.execve(command[0], list(command), dict(environment))  # noqa: S606 - a fixed command, no shell
    except BaseException:  # noqa: BLE001 - whatever it was, this process must not go on as a second supervisor
        os.write(failure, traceback.format_exc().encode())
    finally:
        os._exit(126)
