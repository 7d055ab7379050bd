"""A calibration for people: a table, and a curve as SVG."""

from collections.abc import Callable
from typing import Final

from prism_similarity.calibration import Proposal, Row

WIDTH: Final = 640
HEIGHT: Final = 360
MARGIN: Final = 48
SHOWN: Final = 5
"""Every how manieth threshold the table shows."""


def table_of(proposal: Proposal) -> str:
    """The curve as text, and the settings that it suggests."""
    kinds = tuple(proposal.rows[0].found)
    head = "  ".join(["threshold", "false holds", *(f"{kind:>{max(8, len(kind))}}" for kind in kinds)])
    lines = [head]
    for row in proposal.rows[::SHOWN]:
        cells = [f"{row.found[kind]:>{max(8, len(kind))}.1%}" for kind in kinds]
        lines.append("  ".join([f"{row.threshold:>9.2f}", f"{row.false_holds:>11.1%}", *cells]))
    return (
        f"{proposal.honest} presumably honest projects and {proposal.copies} copies\n\n"
        + "\n".join(lines)
        + f"\n\nproposed, for at most {proposal.allowed:.1%} false holds:\n"
        "plugins:\n  similarity:\n    settings:\n"
        f"      hold: {proposal.hold:.2f}\n      reject: {proposal.reject:.2f}\n"
    )


def svg_of(proposal: Proposal) -> str:
    """False holds and copies found over the threshold, with the proposed thresholds marked."""
    false_holds = _line(proposal, lambda row: row.false_holds, "#c0392b")
    found = _line(proposal, lambda row: row.all_found, "#1f6fb2")
    marks = "".join(
        f'<path d="M{_x(value):.1f} {MARGIN} V{HEIGHT - MARGIN}" stroke="#777" stroke-dasharray="4 4"/>'
        f'<text x="{_x(value):.1f}" y="{MARGIN - 8}" text-anchor="middle">{name} {value:.2f}</text>\n'
        for name, value in (("hold", proposal.hold), ("reject", proposal.reject))
    )
    ticks = "".join(
        f'<text x="{_x(part):.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{part:.1f}</text>'
        f'<text x="{MARGIN - 8}" y="{_y(part) + 4:.1f}" text-anchor="end">{part:.0%}</text>\n'
        for part in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        ' font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n'
        f'<path d="M{MARGIN} {MARGIN} V{HEIGHT - MARGIN} H{WIDTH - MARGIN}" fill="none" stroke="black"/>\n'
        f"{ticks}{marks}{false_holds}{found}"
        f"{_label('honest projects held', 24, '#c0392b')}{_label('copies found', 8, '#1f6fb2')}"
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">threshold</text>\n</svg>\n'
    )


def _label(text: str, up: int, colour: str) -> str:
    return f'<text x="{WIDTH - MARGIN}" y="{HEIGHT - MARGIN - up}" text-anchor="end" fill="{colour}">{text}</text>\n'


def _line(proposal: Proposal, height: Callable[[Row], float], colour: str) -> str:
    points = " ".join(f"{_x(row.threshold):.1f},{_y(height(row)):.1f}" for row in proposal.rows)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>\n'


def _x(threshold: float) -> float:
    return MARGIN + threshold * (WIDTH - 2 * MARGIN)


def _y(part: float) -> float:
    return HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN)
