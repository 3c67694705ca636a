"""What a screening was worth and what it cost: a table for people, JSON for programs."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bench.screening.contenders import Entrant
from bench.screening.judge import BUDGETS, Figures, Verdict, Work, kinds_of

_WIDTH = 26


def as_table(entrants: Sequence[Entrant], verdicts: Mapping[str, Verdict], work: Work, list_rows: int) -> str:
    """Return a line an entrant, with those that could not run, and credkit's ratios to each peer."""
    head = "".join(f"{f'<= {budget}':>9}" for budget in BUDGETS)
    lines = [
        f"{len(work.people):,} people against {list_rows:,} rows; {len(work.row):,} are on the list.",
        "Recall at the best threshold for so many false alerts per 1,000 clean people, and at the tool's own decision.",
        "",
        f"{'':{_WIDTH}}{head}{'own':>9}{'false':>8}{'sure':>11}{'seconds':>9}{'cpu s':>8}{'peak MB':>9}",
    ]
    for entrant in entrants:
        verdict = verdicts.get(entrant.name)
        if verdict is None:
            lines.append(f"{entrant.name:{_WIDTH}}  {entrant.short}")
            continue
        recalls = "".join(f"{_recall(verdict.at[budget]):>9}" for budget in BUDGETS)
        sure = "{}/{}".format(*verdict.sure)
        runs = entrant.runs
        lines.append(
            f"{entrant.name:{_WIDTH}}{recalls}{verdict.own.recall:9.3f}{verdict.own.false_alerts:8.1f}{sure:>11}"
            f"{runs.median:9.2f}{min(runs.processor_seconds):8.2f}{runs.peak_bytes / 1e6:9,.0f}"
        )
        if verdict.unanswered:
            lines.append(f"{'':{_WIDTH}}  {verdict.unanswered:,} people have no line: nobody knows about them")
    ratios = _ratios(entrants)
    if ratios:
        lines.append("")
    lines += [f"{ours} : {peer} = {wall:.2f} in time, {memory:.2f} in memory" for ours, peer, wall, memory in ratios]
    return "\n".join(lines)


def by_kind(verdicts: Mapping[str, Verdict]) -> str:
    """Return recall by kind of corruption and false alerts by kind of hard negative, at the tools' own decisions."""
    found, stopped = kinds_of(verdicts.values())
    lines = ["", "Found, by what happened to the record"]
    lines.append(f"{'':{_WIDTH}}" + "".join(f"{number:>12}" for number in range(1, len(verdicts) + 1)))
    for kind in found:
        cells = "".join(f"{'{} of {}'.format(*verdict.found_by[kind]):>12}" for verdict in verdicts.values())
        lines.append(f"{kind:{_WIDTH}}{cells}")
    lines += ["", "False alerts, by whom they resemble"]
    for kind in stopped:
        cells = "".join(f"{verdict.stopped_by.get(kind, 0):>12}" for verdict in verdicts.values())
        lines.append(f"{kind:{_WIDTH}}{cells}")
    lines += ["", *(f"{number}: {name}" for number, name in enumerate(verdicts, 1))]
    return "\n".join(lines)


def as_json(entrants: Sequence[Entrant], verdicts: Mapping[str, Verdict], work: Work, list_rows: int) -> str:
    """Return everything that was measured, every round of it."""
    return json.dumps(
        {
            "python": platform.python_version(),
            "people": len(work.people),
            "list_rows": list_rows,
            "true": len(work.row),
            "contenders": [
                {
                    "name": entrant.name,
                    "failure": entrant.failure or None,
                    "seconds": entrant.runs.seconds,
                    "processor_seconds": entrant.runs.processor_seconds,
                    "peak_bytes": entrant.runs.peak_bytes,
                    "verdict": asdict(verdicts[entrant.name]) if entrant.name in verdicts else None,
                }
                for entrant in entrants
            ],
            "ratios": [
                {"of": ours, "to": peer, "wall": wall, "memory": memory}
                for ours, peer, wall, memory in _ratios(entrants)
            ],
        },
        indent=2,
    )


def _recall(figures: Figures | None) -> str:
    return "none" if figures is None else f"{figures.recall:.3f}"


def _ratios(entrants: Sequence[Entrant]) -> list[tuple[str, str, float, float]]:
    """Return (ours, peer, times its median wall, times its peak memory) for each of credkit's against each peer."""
    ran = [entrant for entrant in entrants if not entrant.failure and entrant.runs.seconds]
    ours = [entrant for entrant in ran if entrant.name.startswith("credkit")]
    return [
        (mine.name, theirs.name, mine.runs.median / theirs.runs.median, mine.runs.peak_bytes / theirs.runs.peak_bytes)
        for mine in ours
        for theirs in ran
        if theirs not in ours
    ]
