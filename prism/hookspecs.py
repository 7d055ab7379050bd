"""Every hook of PRISM and its whole contract: the one file a plugin author must read.

Rules that hold for all hooks:

* The host calls implementations one at a time, sorted by plugin name. No plugin sees another's result before the
  stage is over, and none can silence another. Wrappers and optional hooks are refused at registration.
* An implementation may take fewer arguments than its spec lists; arguments may be added in later versions.
* What an implementation raises (``SystemExit`` too), or returns in a wrong type, becomes a finding
  ``host/plugin-failed`` that forbids approval (unless the hook's contract says otherwise). The other plugins still run
  and their findings still count.
* *Guarded* hooks run in a child process with limits on time, memory and output, and no environment. They may read the
  project, of which each plugin has a view of its own: what one does to a tree does not reach the next. A plugin that
  changes no tree may say so (``reads_only = True``) and shares one view with the others that do, which saves parsing
  every file once more. They must not import or execute submitted code, open files or sockets, start processes or
  threads, keep state between projects, or print.
* A plugin object may name hooks that its settings switch off (``unused_hooks = ("prism_review",)``): it is then as if
  it had none of them, and they cost nothing.
* A plugin object whose opinion is only advice may name hooks whose failure changes nothing (``forgiven_hooks``): of
  ``prism_material`` and ``prism_review``. The failure is then a note, which is put on record.
* Modules that only guarded hooks need may be imported inside them. Those that the plugin names
  (``guarded_imports = ("house.checks",)``) are then imported once for all reviews, while the policy is being checked.
* A hook returns an empty iterable when it has nothing to say, never ``None``, unless its contract allows ``None``.
* Arguments are to be read. What can be changed all the same is the plugin's own copy, or, where a plugin has promised
  ``reads_only = True``, looked at afterwards: one that has changed a tree counts as failed.
* Loading a plugin (importing it, making it with its settings, its ``check_settings`` and ``prism_rules``) may take
  ``PRISM_PLUGIN_SECONDS``, by default 60. Then it is refused, and nothing is reviewed.
* A plugin may say which version of the hook API it was written for (``requires_hooks = 1``); one that is too
  old or too new is refused.

Hook API version: 1.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import typer

    from prism.corpus import Corpus, Index, Resemblance
    from prism.declaration import Declaration
    from prism.finding import Finding
    from prism.notebook import Notebook
    from prism.project import Project, SourceFile
    from prism.report.format import ReportFormat
    from prism.rule import Rule
    from prism.runner.broker import Broker
    from prism.snapshot import Snapshot
    from prism.submission import Submission
    from prism.verdict import Verdict

HOOK_API = 1
"""The version of the hooks in this file; it grows by one with each hook or argument that is added or taken away."""
OLDEST_HOOK_API = 1
"""The oldest version whose plugins still work: whatever it had is still here."""
NAMESPACE = "prism"


class HookDeprecationWarning(FutureWarning):
    """A plugin has a hook, or takes an argument, that a later version of the hook API will not have any more."""


def deprecated(what: str, *, since: int, gone_in: int, instead: str) -> HookDeprecationWarning:
    """The warning that a hook or argument carries (``warn_on_impl``, ``warn_on_impl_args``) until it is taken away.

    Args:
        what: the hook, or the argument with its hook.
        since: the version of the hook API that began to warn.
        gone_in: the version that will not have it.
        instead: what a plugin's author is to do.
    """
    return HookDeprecationWarning(f"{what} is deprecated since hook API {since} and gone in {gone_in}: {instead}")


hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


@hookspec
def prism_rules() -> "Iterable[Rule]":  # type: ignore[empty-body] # a specification has no body
    """Name the rules this plugin can report, with their metadata.

    When: once, when the plugin is registered; also for ``prism rules list``.
    Order: by plugin name.
    Result: rules whose ids begin with the plugin's name and a slash. The same rules on every call.
    If it raises or returns something else: the plugin is refused with a ``PluginError``; nothing is reviewed.
    Must not: depend on anything but the plugin's settings.
    Since: hook API 1.
    """


@hookspec
def prism_prepare() -> None:
    """Build what every review of this plugin needs: tables, indexes, whatever takes time and does not change.

    When: once in the process from which guarded children are forked, before the first review. What is built here
    costs no review anything; all else that a child builds is gone with it.
    Order: by plugin name.
    Result: none; keep it in the plugin's own object.
    If it raises: no project is reviewed, and the command ends with a ``GuardError``.
    Must not: what no guarded hook may do.
    Since: hook API 1.
    """


@hookspec
def prism_check_file(file: "SourceFile", project: "Project") -> "Iterable[Finding]":  # type: ignore[empty-body] # spec
    """Look for this plugin's rules in one Python file.

    When: guarded, after intake, for each Python file that parses, in path order. A file that does not parse is
    reported by the host as ``project/unparsable`` and is not passed here.
    Order: one plugin sees all files before the next plugin begins.
    Result: findings of the plugin's own rules, in any order; the host sorts. A generator is welcome: it is consumed
    inside the limits.
    If it raises: findings for this file are dropped, the plugin counts as failed, its remaining files are skipped.
    If it outlives ``guard.plugin_seconds``: the process is ended, the plugin counts as failed, the others run in a
    fresh one. If it reports more than ``guard.findings_per_plugin``: the first ones are kept and it counts as failed.
    Must not: what no guarded hook may do (see the top of this module).
    Since: hook API 1.
    """


@hookspec
def prism_check_project(project: "Project") -> "Iterable[Finding]":  # type: ignore[empty-body] # specification
    """Look for this plugin's rules in the project as a whole: its structure, its manifest, how files relate.

    When: guarded, once, right after the same plugin's ``prism_check_file`` calls. Files that do not parse are part of
    the project; asking for their tree raises ``UnparsableError``.
    Order: by plugin name.
    Result, failure, prohibitions: as for ``prism_check_file``.
    Since: hook API 1.
    """


@hookspec
def prism_declaration(project: "Project") -> "Declaration":  # type: ignore[empty-body] # specification
    """Say what a project may do when it is run: what this plugin's review has seen in it, and what is allowed.

    When: guarded, once, after all checks.
    Order: by plugin name.
    Result: one :class:`prism.declaration.Declaration`: the modules that the project's import statements name, and its
    capabilities by the names of the tripwire's kinds (``filesystem``, ``network``, ``process``, ``code-from-string``,
    ``dynamic-import``, ``native-code``, ``deserialise``, ``introspection``, ``environment``, ``threads``,
    ``interactive``). It is part of the record. A run in which anything else is observed has failed, and the submission
    is held. So a plugin that can say nothing for certain has no such hook.
    If it raises, hangs or returns anything else: the plugin counts as failed.
    Must not: what no guarded hook may do.
    Since: hook API 1.
    """


@hookspec
def prism_fingerprint(project: "Project") -> "Mapping[str, Any]":  # type: ignore[empty-body] # specification
    """Extract what a later comparison with other projects needs.

    When: guarded, once, after all checks; only where there is a corpus to compare with, or to keep the project in.
    Order: by plugin name.
    Result: a mapping that JSON can hold (text keys; text, whole and finite numbers, booleans, null, lists, mappings),
    at most 50 levels deep, within ``guard.output_bytes``. It is stored with the project and handed to
    ``prism_compare`` of the same plugin.
    If it raises, hangs or returns anything else: the plugin counts as failed.
    Must not: what no guarded hook may do; contain source text beyond what comparison needs.
    Since: hook API 1.
    """


@hookspec
def prism_material(project: "Project") -> "Mapping[str, Any]":  # type: ignore[empty-body] # specification
    """Extract what this plugin's ``prism_review`` needs of the parsed project, because nothing is parsed there.

    When: guarded, once, after all fingerprints, of plugins that have a ``prism_review``.
    Order: by plugin name.
    Result: a mapping within the bounds of ``prism_fingerprint``. It is handed to ``prism_review`` of the same plugin
    and not stored.
    If it raises, hangs or returns anything else: the plugin counts as failed (unless it is forgiven) and is not asked
    for its opinion.
    Must not: what no guarded hook may do.
    Since: hook API 1.
    """


@hookspec
def prism_index(fingerprint: "Mapping[str, Any]") -> "Index":  # type: ignore[empty-body] # specification
    """Say by what a project is to be found again: its units, their digests and the buckets of their signatures.

    When: in the worker (not guarded), before ``prism_compare`` of the same plugin, of a project's own fingerprint, and
    again of stored ones when the plugin's scheme has changed. A plugin without it finds earlier submissions by the
    digests of files and projects only.
    Order: by plugin name.
    Result: one :class:`prism.corpus.Index`, the same for the same fingerprint, always with the scheme that the plugin
    has now. A fingerprint whose features are of another version is answered with ``ValueError``: the project is then
    read once more, in the guard.
    If it raises, outlives ``verdict.plugin_seconds`` or returns something else: the plugin counts as failed, and is
    not asked to compare.
    Must not: parse submitted bytes.
    Since: hook API 1.
    """


@hookspec
def prism_compare(  # type: ignore[empty-body] # specification
    project: "Project", fingerprint: "Mapping[str, Any]", index: "Index | None", corpus: "Corpus"
) -> "Iterable[Finding]":
    """Compare one project with earlier submissions.

    When: in the worker (not guarded), once, if nothing has rejected the project (``verdict.stop_when_rejected``) and a
    corpus is at hand. ``project`` gives bytes and digests; asking for a syntax tree raises ``GuardError``.
    ``fingerprint`` is what this plugin's ``prism_fingerprint`` returned, and empty if it has none; ``index`` is what
    its ``prism_index`` made of that, and ``None`` if it has none. A plugin of which one failed is not asked.
    ``corpus`` answers questions (:class:`prism.corpus.Corpus`): exact digests, buckets, the fingerprint of one earlier
    submission. It knows who hands in the project (``hotkey``).
    Order: by plugin name.
    Result: findings of the plugin's own rules, with evidence. A :class:`prism.corpus.Resemblance` may be among them:
    where in an earlier submission a doubtful likeness stands, which only reviewers are told.
    If it raises, outlives ``verdict.plugin_seconds`` or returns something else: the plugin counts as failed. If the
    store behind the corpus fails, or does not have every earlier submission indexed by the plugin's scheme, a finding
    ``host/corpus-incomplete`` forbids approval, whatever the plugin makes of it.
    Must not: parse submitted bytes; show one submitter another's name or source.
    Since: hook API 1.
    """


@hookspec
def prism_resemblances(  # type: ignore[empty-body] # specification
    snapshot: "Snapshot", fingerprint: "Mapping[str, Any]", index: "Index | None", corpus: "Corpus"
) -> "Iterable[Resemblance]":
    """Show an operator everything that one kept project resembles, with the places on both sides.

    When: in the service (not guarded), each time an operator asks for the comparison of a submission that is kept.
    ``snapshot`` gives bytes and digests; the other arguments are those of ``prism_compare``.
    Order: by plugin name.
    Result: resemblances (:class:`prism.corpus.Resemblance`), what weighs most first; at most a hundred count. They
    decide nothing, and nobody but operators sees them.
    If it raises, takes long or returns something else: the operator is told so.
    Must not: parse submitted bytes.
    Since: hook API 1.
    """


@hookspec
def prism_review(  # type: ignore[empty-body] # specification
    project: "Project",
    findings: "tuple[Finding, ...]",
    resemblances: "tuple[Resemblance, ...]",
    material: "Mapping[str, Any]",
    notebook: "Notebook",
    deadline: float,
) -> "Iterable[Finding]":
    """Give a reviewer's opinion of one project, as findings.

    When: in the worker (not guarded), last of the checks because it may cost money, if nothing has rejected the
    project (``verdict.stop_when_rejected``). ``project`` gives bytes and text; asking for a syntax tree raises
    ``GuardError``. ``findings`` are those of all earlier stages, and ``resemblances`` what comparisons leave to a
    reviewer's eye. ``material`` is what this plugin's ``prism_material``
    returned, and empty if it has none; a plugin whose material failed is not asked. ``notebook``
    (:class:`prism.notebook.Notebook`) recalls answers, and keeps the accounts of what they cost. ``deadline`` is the
    moment on the monotonic clock (``time.monotonic()``) after which nobody waits for the opinion.
    Order: by plugin name; no reviewer sees another's opinion.
    Result: findings of the plugin's own rules; ``confidence`` where a model said one.
    If it raises, outlives ``verdict.reviewer_seconds`` or returns something else: the plugin counts as failed, unless
    it is forgiven.
    Must not: trust what a model says without checking it against the source; parse submitted bytes; show a submitter
    another's source.
    Since: hook API 1.
    """


@hookspec
def prism_verdict(findings: "tuple[Finding, ...]", proposed: "Verdict") -> "Verdict | None":
    """Make a verdict harsher.

    When: after all findings are in and the policy has drawn its verdict.
    Order: by plugin name; each sees the policy's verdict, not another plugin's.
    Result: a verdict with its reasons, or ``None`` for no objection. The harsher of the two counts, with the reasons of
    both; a milder one is ignored.
    If it raises, outlives ``verdict.plugin_seconds`` or returns something else: the plugin counts as failed, which
    forbids approval.
    Must not: do input or output, or depend on anything but its arguments and settings.
    Since: hook API 1.
    """


@hookspec
def prism_broker(kind: str, settings: "Mapping[str, Any]") -> "Broker | None":
    """Provide the broker that launches containers, for one kind.

    When: before a run. Asked of every registered plugin, whether or not the policy selects it for checks.
    Order: by plugin name.
    Result: a broker if ``kind`` is this plugin's own, else ``None``. Two brokers for one kind is a ``PluginError``
    that names both.
    If it raises: the run ends with status ``held`` and the reason; nothing is run.
    Must not: start a container yet.
    Since: hook API 1.
    """


@hookspec
def prism_submission_changed(submission: "Submission") -> None:
    """Hear that a submission's status changed.

    When: in the service, after the change is stored.
    Order: by plugin name.
    Result: none.
    If it raises: it is logged and changes nothing; this is the one hook whose failure forbids nothing.
    Must not: block for long.
    Since: hook API 1.
    """


@hookspec
def prism_weights(scores: "Mapping[str, float]") -> "Mapping[str, float]":  # type: ignore[empty-body] # specification
    """Say how much each hotkey is worth.

    When: in the service, each time somebody asks for the weights. ``scores`` holds, by hotkey, the best score of its
    completed submissions; what is held, rejected or failed is not among them.
    Order: there can be only one; two plugins with this hook are an error of whoever asks.
    Result: by hotkey, a finite weight of at least 0; whoever is left out has 0. They are divided by their sum. Without
    such a plugin the scores are the weights.
    If it raises, takes long or returns something else: whoever asks gets an error, never other weights.
    Must not: name a hotkey that has no score.
    Since: hook API 1.
    """


@hookspec
def prism_cli(app: "typer.Typer") -> None:
    """Add commands to the command line.

    When: when a command line asks for help or for a command that is not PRISM's own, of installed plugins that are
    not blocked (``PRISM_BLOCKED_PLUGINS``, a comma-separated list in the environment).
    Order: by plugin name.
    Result: none; add commands or groups to ``app``, which is this plugin's alone. A name that exists already is
    refused with a ``PluginError``.
    If it raises: a warning that names the plugin; the other commands work.
    Must not: import heavy libraries before a command runs.
    Since: hook API 1.
    """


@hookspec
def prism_report_formats() -> "Iterable[ReportFormat]":  # type: ignore[empty-body] # specification
    """Add formats in which reviews are printed.

    When: when a command that prints reviews asks for a format that is not PRISM's own, of installed plugins that
    neither the policy nor ``PRISM_BLOCKED_PLUGINS`` blocks.
    Order: by plugin name.
    Result: formats with names that do not exist yet; a second one of a name is a ``PluginError`` that names both.
    If it raises: a warning that names the plugin; the other formats work.
    Must not: print. A format returns text; whatever came from a submission must be escaped for the medium.
    Since: hook API 1.
    """
