"""What the evaluator's tripwire saw, held against what the review said: neither side is believed over the other."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from prism.core_rules import UNDECLARED_CAPABILITY
from prism.declaration import Declaration
from prism.evaluator.observation import MAX_WHAT, MAX_WHERE, Kind
from prism.finding import Finding
from prism.report.escape import shorten


class Observation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that the supervisor saw the project's code do, or try; untrusted text, escape it when showing."""

    kind: Kind
    """``dynamic-import``, or the kind of capability that was used."""
    what: Annotated[str, Meta(max_length=MAX_WHAT)]
    """The module, or what was asked for."""
    where: Annotated[str, Meta(max_length=MAX_WHERE)]
    """File and line of the project where they are known."""

    @property
    def sentence(self) -> str:
        """The observation in words, fit to be shown."""
        where = f" at {shorten(self.where, MAX_WHERE)}" if self.where else ""
        return f"{self.kind}: {shorten(self.what, MAX_WHAT)}{where}"


def undeclared(observed: Iterable[Observation], declarations: Iterable[Declaration]) -> tuple[Observation, ...]:
    """What was observed although some plugin's review said that it cannot happen."""
    claims = tuple(declarations)
    return tuple(each for each in observed if any(_contradicts(each, claim) for claim in claims))


def allowing(claim: Declaration, observed: Iterable[Observation]) -> Declaration:
    """The claim of a plugin, widened by what somebody who saw these observations has allowed."""
    seen = tuple(observed)
    imports = {each.what for each in seen if each.kind is Kind.IMPORT}
    kinds = {str(each.kind) for each in seen if each.kind is not Kind.IMPORT}
    return msgspec.structs.replace(
        claim,
        imports=tuple(sorted(imports.union(claim.imports))),
        capabilities=tuple(sorted(kinds.union(claim.capabilities))),
    )


def findings_of(observed: Iterable[Observation], declarations: Iterable[Declaration]) -> tuple[Finding, ...]:
    """One finding for each claim that the run has contradicted, with both sides."""
    seen = tuple(observed)
    found = []
    for claim in declarations:
        if against := undeclared(seen, (claim,)):
            shown = "; ".join(each.sentence for each in against[:_SHOWN])
            more = f" and {len(against) - _SHOWN} more" if len(against) > _SHOWN else ""
            message = (
                f"The run did what the review of `{claim.plugin}` ruled out. Observed: {shown}{more}. {claim.sentence}"
            )
            found.append(UNDECLARED_CAPABILITY.finding(message))
    return tuple(found)


def _contradicts(observation: Observation, claim: Declaration) -> bool:
    if observation.kind is Kind.IMPORT and observation.what in claim.imports:
        return False
    return str(observation.kind) not in claim.capabilities


_SHOWN = 8
