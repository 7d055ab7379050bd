"""``prism batch``: a verdict for each of many projects, a line each."""

from typing import Annotated

import typer

from prism.cli.options import LlmOption, OutputOption, PolicyOption

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Folders, ZIP archives, patterns, manifests (.csv, .jsonl), stores, or - for a list on stdin.",
        show_default=False,
    ),
]
Processes = Annotated[
    int,
    typer.Option(
        "--processes", "-n", metavar="N", min=0, max=256, help="How many projects at once; 0: one a processor."
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the output: what is in it under this policy is not done again.")
]
OnlyChanged = Annotated[
    bool, typer.Option("--only-changed", help="Keep what is in the output of projects whose content is the same.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Begin anew, whatever is in the output.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first project that is not approved.")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="At most so many projects; 0: all.")]
Shuffle = Annotated[bool, typer.Option("--shuffle", help="In an order drawn by lot, the same for the same --seed.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="For --shuffle.")]
Run = Annotated[bool, typer.Option("--run", help="Evaluate approved projects in containers, by the policy's broker.")]
StoreToUse = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="FILE|URL",
        help="Compare each with those before it and with this store, and keep in it what is not rejected.",
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME",
        help="jsonl, a line as each is done; or a report of all in the end: text, json, sarif, junit, markdown, html, "
        "or a format that a plugin adds.",
    ),
]
Scheduler = Annotated[
    str,
    typer.Option("--scheduler", metavar="URL", help="Review on the Dask cluster of this scheduler: tcp://HOST:8786."),
]


def batch(  # noqa: PLR0913, PLR0917 - each is an option of the command
    sources: Sources,
    policy: PolicyOption = "default",
    output: OutputOption = None,
    report_format: Format = "jsonl",
    processes: Processes = 0,
    resume: Resume = False,
    only_changed: OnlyChanged = False,
    overwrite: Overwrite = False,
    fail_fast: FailFast = False,
    limit: Limit = 0,
    shuffle: Shuffle = False,
    seed: Seed = 0,
    run: Run = False,
    store: StoreToUse = None,
    scheduler: Scheduler = "",
    llm: LlmOption = None,
) -> None:
    """Review many projects: a line of JSON for each as it is done, and a table of all in the end.

    A folder with Python files in it is a project; any other stands for the folders and archives in it. The exit code
    is the worst verdict's, or run's: 0 approved, 1 rejected or failed, 3 held or not reviewed; 2 when the call or the
    policy is wrong, and 130 when the batch was interrupted, with the command that resumes it.

    With another `--format` than jsonl the lines go to a file beside the output, whose name ends in .jsonl, and stay
    there: that is what `--resume` goes on with.
    """
    from prism.cli.batching import BatchCall, run_batch

    call = BatchCall(
        sources=tuple(sources),
        policy=policy,
        output=output,
        report_format=report_format,
        processes=processes,
        resume=resume,
        only_changed=only_changed,
        overwrite=overwrite,
        fail_fast=fail_fast,
        limit=limit,
        seed=seed if shuffle else None,
        run=run,
        store=store,
        scheduler=scheduler,
        llm=llm.value if llm is not None else "",
    )
    raise typer.Exit(run_batch(call))
