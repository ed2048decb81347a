"""``bubblefear claims``: what an article says with numbers, held against prices and index."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Db, Json
from bubblefear.errors import DONE, WRONG_USAGE

if TYPE_CHECKING:
    from models.claims import Audit, Audited

app = lean_app("Hold an article's claims against prices and index.")
app.info.cls = LeanGroup

File = Annotated[Path, typer.Argument(metavar="FILE", help="Claims, such as claims/seed.toml.")]
_WIDTH = 100


@app.command(
    cls=LeanCommand,
    epilog="\b\nExamples:\n  bubblefear claims audit claims/seed.toml\n"
    "  bubblefear claims audit claims/seed.toml 11 12\n"
    "  bubblefear claims audit claims/seed.toml --json > answers.json",
)
def audit(
    file: File,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these, with every number.")
    ] = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Answer each claim from the stored prices and the index.

    Reproduced, not reproduced, contradicted, unavailable (what is missing) or not testable (why).
    The answers to a whole file are stored, and shown by `bubblefear review` under Claims.
    """
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import working
    from bubblefear.pipeline.claims import audit_claims, chosen, keep, open_file

    read = open_file(file)
    claims = chosen(read.claims, ids or [])
    with (
        working("claims", db, config) as work,
        work.run.stage("claims"),
        bar("claims") as progress,
    ):
        found = audit_claims(work.conn, work.settings, work.run, claims, progress=progress)
        if not ids:
            keep(work.conn, work.run, read, found)
    if json_:
        import json

        answers = [answer.as_dict() for answer in found.answers]
        typer.echo(json.dumps(answers, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo("\n".join(lines(found, every_number=bool(ids))))
    return work.exit_code


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear claims check my-claims.toml")
def check(file: File) -> int:
    """Say what is wrong with a file of claims, one line for each claim with a fault.

    Exit code 2 where something is. Neither a database nor prices are needed.
    """
    from bubblefear.pipeline.claims import faults_of, open_file

    wrong = faults_of(file)
    if wrong:
        typer.echo("\n".join(wrong))
        return WRONG_USAGE
    typer.echo(f"{file}: {len(open_file(file).claims)} claims, nothing wrong")
    return DONE


def lines(found: "Audit", *, every_number: bool = False) -> list[str]:
    """A table of verdicts, and under it what there is to say of each claim."""
    from bubblefear.report.terminal import table

    cells = [[a.claim.id, a.verdict, *_numbers(a), a.claim.text] for a in found.answers]
    counts = ", ".join(f"{n} {verdict}" for verdict, n in found.counts().items() if n)
    out = [
        table(["id", "verdict", "stated", "measured", "claim"], cells, width=_WIDTH),
        "",
        f"{len(found)} claim{'s' * (len(found) != 1)}: {counts}",
    ]
    for answer in found.answers:
        out += ["", *_said(answer)]
        if every_number:
            out += _values(answer)
    return out


def _numbers(answer: "Audited") -> tuple[str, str]:
    """What is stated, and what was measured in its place; of words, what they are held against."""
    checks = answer.claim.checks
    stated = [check for check in checks if check.stated]
    bounds = {"above": "> ", "below": "< ", "about": "~ "}
    told = ", ".join(f"{bounds.get(c.relation, '')}{_figure(c.number)}" for c in stated)
    measured = [(answer.value or {}).get(check.name) for check in stated or checks]
    return told, ", ".join(_figure(value) for value in measured if value is not None)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _said(answer: "Audited") -> list[str]:
    import textwrap

    from bubblefear.report.terminal import one_line

    head = f"{answer.claim.id}. {answer.verdict}: {one_line(answer.claim.text)}"
    body = one_line(answer.note)
    return [
        *textwrap.wrap(head, _WIDTH, subsequent_indent="    "),
        *textwrap.wrap(body, _WIDTH, initial_indent="    ", subsequent_indent="    "),
    ]


def _values(answer: "Audited") -> list[str]:
    """Every number of a claim, and what it rests on."""
    from bubblefear.report.terminal import table

    if not answer.value:
        return []
    intervals = answer.interval or {}
    rows = []
    for name, value in answer.value.items():
        ends = intervals.get(name)
        rows.append([name, _figure(value), f"{ends[0]:.3g} to {ends[1]:.3g}" if ends else ""])
    read = answer.data or {"symbols": {}, "sha256": None}
    spans = [f"{s} {d['first']} to {d['last']}" for s, d in read["symbols"].items()]
    return [
        "",
        table(["value", "", "interval"], rows, width=_WIDTH),
        f"n {answer.n}; read: {'; '.join(spans)}; sha256 {read['sha256']}",
    ]
