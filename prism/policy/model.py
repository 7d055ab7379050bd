"""A policy as typed data: every setting with its meaning, default and bounds.

The core JSON Schema and the policy reference are generated from this module, so a setting is described here once.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from prism.finding import Severity

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
PluginName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", max_length=64)]
NO_REPEATS = {"uniqueItems": True}


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every section of a policy has in common: frozen, keyword-only, unknown names refused."""


class IntakePolicy(_Section, frozen=True, kw_only=True):
    """What an archive or folder may look like; anything over a limit refuses the whole of it."""

    archive_bytes: Annotated[int, Meta(ge=1, le=64 * MIB, description="Size of the archive itself, in bytes.")] = (
        8 * MIB
    )
    files: Annotated[int, Meta(ge=1, le=100_000, description="How many files.")] = 1_000
    file_bytes: Annotated[int, Meta(ge=1, le=64 * MIB, description="Size of one unpacked file, in bytes.")] = 2 * MIB
    total_bytes: Annotated[
        int, Meta(ge=1, le=256 * MIB, description="Size of all unpacked files together, in bytes.")
    ] = 16 * MIB
    compression_ratio: Annotated[
        int, Meta(ge=1, description="Unpacked bytes per packed byte of one entry, beyond the first 64 KiB.")
    ] = 100
    path_depth: Annotated[int, Meta(ge=1, le=100, description="Components of a path, the file name included.")] = 12
    path_bytes: Annotated[int, Meta(ge=1, le=4096, description="UTF-8 bytes of a whole path.")] = 240
    name_bytes: Annotated[int, Meta(ge=1, le=255, description="UTF-8 bytes of one component of a path.")] = 120
    suffixes: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^\.[a-z0-9]+$")], ...],
        Meta(
            description="File name suffixes that are taken, in lower case; everything else refuses the archive.",
            extra_json_schema=NO_REPEATS,
        ),
    ] = (".py", ".md", ".txt", ".json", ".yaml", ".yml", ".toml")
    bare_names: Annotated[
        tuple[str, ...],
        Meta(
            description="File names without a suffix that are taken, exactly as written.", extra_json_schema=NO_REPEATS
        ),
    ] = ("LICENSE", "NOTICE", "README", "AUTHORS")
    root_folder: Annotated[
        Literal["strip", "refuse"],
        Meta(description="What to do when one folder wraps everything: take it off, or refuse the archive."),
    ] = "strip"
    os_metadata: Annotated[
        Literal["ignore", "reject"],
        Meta(
            description="What to do with `__MACOSX` and `.DS_Store` of macOS and the `META-INF/MANIFEST.MF` of `jar`: "
            "leave them out of the snapshot, or refuse."
        ),
    ] = "ignore"


class ProjectPolicy(_Section, frozen=True, kw_only=True):
    """What a project looks like where it has no manifest that says otherwise."""

    entrypoint: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z_][A-Za-z0-9_]*/)*[A-Za-z_][A-Za-z0-9_]*\.py$",
            max_length=240,
            description="Path of the Python file that defines the contract's functions.",
        ),
    ] = "model.py"


class GuardPolicy(_Section, frozen=True, kw_only=True):
    """Limits of the child process in which a submission's bytes are parsed."""

    cpu_seconds: Annotated[int, Meta(ge=1, le=3600, description="Processor seconds for one review.")] = 10
    wall_seconds: Annotated[int, Meta(ge=1, le=3600, description="Seconds by the clock for one review.")] = 30
    plugin_seconds: Annotated[
        int, Meta(ge=1, le=3600, description="Seconds by the clock for one plugin in one stage; longer is a hang.")
    ] = 10
    memory_bytes: Annotated[
        int,
        Meta(ge=64 * MIB, le=1024 * GIB, description="Address space beyond what the process starts with, in bytes."),
    ] = 1024 * MIB
    open_files: Annotated[int, Meta(ge=8, le=4096, description="Open descriptors.")] = 64
    output_bytes: Annotated[
        int, Meta(ge=64 * KIB, le=GIB, description="What the child may send back besides the snapshot, in bytes.")
    ] = 16 * MIB
    findings_per_plugin: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            description="Findings one plugin may report; more is a flood, and the plugin counts as failed.",
        ),
    ] = 1_000


class PluginChoice(_Section, frozen=True, kw_only=True, rename={"source": "from"}):
    """One selected plugin."""

    source: Annotated[
        str,
        Meta(
            description="Where the plugin comes from when it is not installed: a `.py` file (relative to the policy) "
            "or `module:NAME`. Left out: the entry point of this name in the group `prism`."
        ),
    ] = ""
    settings: Annotated[
        dict[str, Any], Meta(description="The plugin's own section, validated by its settings schema.")
    ] = msgspec.field(default_factory=dict)


class Waiver(_Section, frozen=True, kw_only=True):
    """One accepted exception: the only way to make a finding not count."""

    rule: Annotated[str, Meta(description="Rule id.")]
    file: Annotated[Sha256 | None, Meta(description="SHA-256 of the one file the waiver is about.")] = None
    project: Annotated[Sha256 | None, Meta(description="Digest of the one project the waiver is about.")] = None
    reason: Annotated[str, Meta(min_length=10, max_length=2_000, description="Why this is acceptable, for the record.")]
    expires: Annotated[
        str,
        Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Last day (UTC) on which the waiver counts, as YYYY-MM-DD."),
    ]


class VerdictPolicy(_Section, frozen=True, kw_only=True):
    """What follows from a finding's severity, and when to stop looking."""

    reject: Annotated[
        tuple[Severity, ...], Meta(description="Severities that reject.", extra_json_schema=NO_REPEATS)
    ] = (Severity.ERROR,)
    hold: Annotated[
        tuple[Severity, ...],
        Meta(description="Severities that hold for an operator.", extra_json_schema=NO_REPEATS),
    ] = (Severity.WARNING,)
    stop_when_rejected: Annotated[
        bool, Meta(description="Skip comparison and reviewers once the static checks have rejected.")
    ] = True
    plugin_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=3600,
            description="Seconds by the clock for one plugin's comparison or objection; longer is a hang.",
        ),
    ] = 300
    reviewer_seconds: Annotated[
        int,
        Meta(ge=1, le=86_400, description="Seconds by the clock for one reviewer's opinion; longer is a hang."),
    ] = 1_800


class BrokerChoice(_Section, frozen=True, kw_only=True):
    """Which broker launches containers, with its settings."""

    kind: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$", description="Kind of broker; a plugin provides it.")] = (
        "docker"
    )
    settings: Annotated[dict[str, Any], Meta(description="The broker's own settings.")] = msgspec.field(
        default_factory=dict
    )


class RunLimits(_Section, frozen=True, kw_only=True):
    """What a container may use. Every limit is enforced by the broker, or the run is refused."""

    cpus: Annotated[float, Meta(gt=0, description="Processors, as a quota of time.")] = 1.0
    memory_bytes: Annotated[int, Meta(ge=64 * MIB, description="Memory, in bytes.")] = 2048 * MIB
    swap_bytes: Annotated[int, Meta(ge=0, description="Swap on top of memory, in bytes; 0 is none.")] = 0
    pids: Annotated[int, Meta(ge=2, description="Processes and threads.")] = 128
    open_files: Annotated[int, Meta(ge=16, description="Open descriptors of one process.")] = 256
    file_bytes: Annotated[int, Meta(ge=0, description="Size of one file, in bytes.")] = 256 * MIB
    scratch_bytes: Annotated[
        int, Meta(ge=MIB, description="Size of the writable scratch space in memory, in bytes.")
    ] = 256 * MIB
    scratch_files: Annotated[int, Meta(ge=16, description="Files and folders in the scratch space.")] = 4096
    output_bytes: Annotated[int, Meta(ge=64 * KIB, description="What the container may print before it is ended.")] = (
        MIB
    )
    wall_seconds: Annotated[int, Meta(ge=1, le=86_400, description="Seconds by the clock for the whole run.")] = 600


class GpuChoice(_Section, frozen=True, kw_only=True):
    """Accelerators of a run."""

    count: Annotated[int, Meta(ge=1, description="How many.")]
    type: Annotated[str, Meta(description="Device type as the broker names it; empty takes any.")] = ""


class EvaluationPolicy(_Section, frozen=True, kw_only=True):
    """The built-in evaluation: a byte-level language model trained briefly and scored on held-out text."""

    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="Seed of batches and of the framework.")] = 0
    steps: Annotated[int, Meta(ge=1, le=1_000_000, description="Training steps.")] = 60
    batch_size: Annotated[int, Meta(ge=1, le=4096, description="Sequences a step.")] = 16
    sequence_bytes: Annotated[int, Meta(ge=8, le=8192, description="Bytes of one sequence.")] = 64
    heldout_windows: Annotated[int, Meta(ge=16, le=100_000, description="Held-out contexts that are scored.")] = 512
    train_tokens: Annotated[
        int,
        Meta(ge=0, description="Bytes of text that training may see in all; ends it before `steps`. 0 is no limit."),
    ] = 0
    train_seconds: Annotated[
        int, Meta(ge=0, le=86_400, description="Seconds by the clock for training; 0 leaves it to `wall_seconds`.")
    ] = 0
    predict_seconds: Annotated[
        int, Meta(ge=0, le=86_400, description="Seconds by the clock for predicting; 0 leaves it to `wall_seconds`.")
    ] = 0
    parameters: Annotated[
        int, Meta(ge=0, description="Elements of the trained state, buffers included; 0 is no limit.")
    ] = 0
    state_bytes: Annotated[int, Meta(ge=KIB, description="Size of the trained state handed over, in bytes.")] = (
        256 * MIB
    )
    checkpoint_bytes: Annotated[
        int, Meta(ge=0, description="Size of all files that `save_checkpoint` leaves, in bytes.")
    ] = 256 * MIB
    train_text: Annotated[
        str, Meta(description="File with the training text, relative to the policy; empty is the bundled one.")
    ] = ""
    heldout_text: Annotated[
        str, Meta(description="File with the held-out text, relative to the policy; empty is the bundled one.")
    ] = ""


class PairPolicy(_Section, frozen=True, kw_only=True):
    """How two projects that are suspected to be one are compared side by side in a container."""

    behaviour: Annotated[
        bool,
        Meta(
            description="Whether both models are built and predict as well, if the reviews of both let their code run; "
            "otherwise the code is only read."
        ),
    ] = False
    contexts: Annotated[int, Meta(ge=16, le=1024, description="Contexts that both models predict from.")] = 64
    hold: Annotated[
        float, Meta(gt=0, le=1, description="Likeness of code or predictions from which a pair counts as alike.")
    ] = 0.6
    suspects: Annotated[
        int,
        Meta(
            ge=0,
            le=10,
            description="Earlier submissions, the likest first, with which a project is compared that is held for "
            "likeness to them; by default none is.",
        ),
    ] = 0


class VerificationPolicy(_Section, frozen=True, kw_only=True):
    """What must have been proved of the broker, by `prism sandbox verify`, before anything is run."""

    required: Annotated[
        tuple[Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$", max_length=40)], ...],
        Meta(
            description="Promises that must be kept, by id; `all` is every one. By default nothing is required.",
            extra_json_schema=NO_REPEATS,
        ),
    ] = ()
    exempt: Annotated[
        tuple[Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$", max_length=40)], ...],
        Meta(description="Promises that `all` does not stand for, by id.", extra_json_schema=NO_REPEATS),
    ] = ()
    max_age_hours: Annotated[
        int, Meta(ge=1, le=8_784, description="How old the proof may be, in hours; older counts as none.")
    ] = 168


class RunnerPolicy(_Section, frozen=True, kw_only=True):
    """How an approved project is run."""

    broker: BrokerChoice = BrokerChoice()
    image: Annotated[str, Meta(min_length=1, description="Image the container is made from.")] = (
        "prism-evaluator:latest"
    )
    network: Annotated[
        str, Meta(pattern=r"^(none|[a-z0-9][a-z0-9_.-]*)$", description="`none`, or the name of an internal network.")
    ] = "none"
    user: Annotated[
        str,
        Meta(pattern=r"^[1-9][0-9]*:[1-9][0-9]*$", description="User and group id of the processes; root is refused."),
    ] = "65534:65534"
    gpu: GpuChoice | None = None
    limits: RunLimits = RunLimits()
    evaluation: EvaluationPolicy = EvaluationPolicy()
    verification: VerificationPolicy = VerificationPolicy()
    pair: PairPolicy = PairPolicy()
    metrics_schema: Annotated[
        dict[str, Any],
        Meta(description="JSON Schema (2020-12) that the metrics must satisfy, besides being finite numbers."),
    ] = msgspec.field(default_factory=dict)


class ScorePolicy(_Section, frozen=True, kw_only=True):
    """Which metric is the score of a completed run, and what counts as nothing and as all of it."""

    metric: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,63}$", description="Name of the metric.")] = (
        "heldout_bits_per_byte"
    )
    worst: Annotated[float, Meta(description="Value of the metric from which on the score is 0.")] = 8.0
    best: Annotated[float, Meta(description="Value of the metric from which on the score is 1.")] = 0.0


RuleChoice = Literal["off", "error", "warning", "note"]


class Policy(_Section, frozen=True, kw_only=True):
    """A whole effective policy: `extends` resolved, defaults filled in."""

    policy: Annotated[Literal[1], Meta(description="Version of the policy format.")]
    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]*$", max_length=64, description="Name shown in records.")]
    description: Annotated[str, Meta(max_length=2_000, description="What the policy is for.")] = ""
    intake: IntakePolicy = IntakePolicy()
    project: ProjectPolicy = ProjectPolicy()
    guard: GuardPolicy = GuardPolicy()
    plugins: Annotated[dict[PluginName, PluginChoice], Meta(description="Selected plugins by name.")] = msgspec.field(
        default_factory=dict
    )
    blocked_plugins: Annotated[
        tuple[str, ...],
        Meta(description="Plugins that are never loaded, whoever selects them.", extra_json_schema=NO_REPEATS),
    ] = ()
    rules: Annotated[
        dict[str, RuleChoice], Meta(description="Severity by rule id, or `off`; the rule's own severity otherwise.")
    ] = msgspec.field(default_factory=dict)
    waivers: Annotated[tuple[Waiver, ...], Meta(description="Accepted exceptions.")] = ()
    verdict: VerdictPolicy = VerdictPolicy()
    runner: RunnerPolicy = RunnerPolicy()
    score: ScorePolicy = ScorePolicy()
