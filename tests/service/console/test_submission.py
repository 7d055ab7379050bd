"""What the page of a submission says first, and what it says where there is nothing to show."""

from prism.core_rules import UNDECLARED_CAPABILITY
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.runner.result import Reason, RunResult
from prism.service.console.access import Visit
from prism.service.console.submission import shown
from prism.service.queue import Queue
from prism.service.settling import Conclusion
from prism.verdict import Outcome
from tests.service.deliveries import ALICE, decided, review, upload

VISIT = Visit(operator="Ada", form_token="0" * 64)


def page_of(queue: Queue, conclusion: Conclusion) -> str:
    queue.accept(upload("x"), ALICE)
    claim = queue.claim("tested")
    assert claim is not None
    queue.finish(claim, conclusion)
    return shown(queue.detail(claim.entry.id), None, VISIT)


def test_what_a_run_was_seen_to_do_comes_first(queue: Queue) -> None:
    seen = UNDECLARED_CAPABILITY.finding("The run did what the review ruled out. Observed: <socket>")
    result = RunResult(reason=Reason.UNDECLARED_CAPABILITY, log_tail="tail")
    outcome = RunOutcome(status=OutcomeStatus.HELD, reason="undeclared-capability", findings=(seen,), result=result)
    page = page_of(queue, Conclusion(review=review(Outcome.APPROVED), outcome=outcome))
    why = page.index("<h2>Why</h2>")
    assert page.index("Observed: &lt;socket&gt;", why) < page.index("<h2>What the run was seen to do</h2>")
    assert page.index("<h2>What the run was seen to do</h2>") < page.index("<h2>Run</h2>")
    assert "No finding speaks against it." not in page
    assert page.count("Observed: &lt;socket&gt;") >= 2


def test_a_page_without_files_says_why(queue: Queue) -> None:
    page = page_of(queue, decided(Outcome.REJECTED))
    assert "refused as a whole" in page
    assert "It is reviewed by the policy in force now." in page
