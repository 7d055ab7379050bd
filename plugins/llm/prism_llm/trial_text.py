"""A trial as text for a terminal: every character of the project, the model and the provider is escaped."""

from collections.abc import Iterator

from prism.report.escape import escape
from prism_llm.trial import Evidence, Question, Trial


def trial_text(trial: Trial) -> str:
    """The whole trial, question by question, and what it comes to."""
    lines: list[str] = []
    for number, question in enumerate(trial.questions, start=1):
        lines += _question(question, f"question {number} of {len(trial.questions)}")
    lines += ["findings:", *(f"  {line}" for line in _findings(trial)), *_usage(trial)]
    return "\n".join(lines) + "\n"


def _question(question: Question, heading: str) -> Iterator[str]:
    yield f"{heading}: {question.view} view of {', '.join(map(escape, question.paths))}"
    yield from _section("system", question.system)
    yield from _section("user", question.user)
    cost = f"{question.input_tokens} tokens in, {question.output_tokens} out, {dollars(question.micro_usd)}"
    by = f" by {question.answered_by}" if question.answered_by else ""
    yield f"  answer of {escape(question.model) or 'nobody'}{by} ({cost}, {_count(question.attempts, 'request')}):"
    yield from (f"    {escape(line)}" for line in question.answer.split("\n") if question.answer)
    if question.failure:
        yield f"    no valid answer: {escape(question.failure)}"
    for path, rule, level in question.judgements:
        yield f"  judged {level}: {escape(path)} by {escape(rule)}"
    for each in question.evidence:
        yield from _evidence(each)
    yield ""


def _section(name: str, text: str) -> Iterator[str]:
    yield f"  {name}:"
    yield from (f"    {escape(line)}".rstrip() for line in text.split("\n"))


def _evidence(each: Evidence) -> Iterator[str]:
    lines = f"{each.first_line}" + (f"-{each.last_line}" if each.last_line != each.first_line else "")
    place = f"{escape(each.path)}:{lines}"
    about = f"{escape(each.rule)} at {place}, {each.role}" + (f" {escape(each.symbol)}" if each.symbol else "")
    yield f"  verified: {about}" if each.stands else f"  discarded: {about}: {escape(each.why)}"
    yield f"    quote: {escape(each.quote)}"
    yield f"    says: {escape(each.explanation)} (confidence {each.confidence:.2f})"


def _findings(trial: Trial) -> Iterator[str]:
    for each in trial.findings:
        place = f" {escape(each.path)}" + (f":{each.line}" if each.line else "") if each.path else ""
        yield f"{each.severity} {each.rule}{place}: {escape(each.message)}"
    if not trial.findings:
        yield "none"


def _usage(trial: Trial) -> Iterator[str]:
    for each in trial.usage:
        cost = f"{each.input_tokens} tokens in, {each.output_tokens} out, {dollars(each.micro_usd)}"
        evidence = f"{each.discarded} of {_count(each.accusations, 'accusation')} discarded"
        yield f"{escape(each.model)}: {_count(each.requests, 'request')}, {cost}, {evidence}"


def dollars(micro_usd: int) -> str:
    """Millionths of a US dollar, for people."""
    return f"${micro_usd / 1_000_000:.6f}"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
