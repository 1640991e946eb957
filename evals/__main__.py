"""`python -m evals retrieval …` and `python -m evals answers …`: measure on any set, from any path."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from assistant.home import Home, home_at
from knowledge.index import Progress as Told

if TYPE_CHECKING:
    from evals.retrieval import Asked

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

Passages = Annotated[Path, typer.Option(exists=True, help="Passages or documents, JSON lines.")]
Questions = Annotated[Path, typer.Option(exists=True, help="Questions: JSON lines or YAML.")]
Limit = Annotated[int | None, typer.Option(help="Only the first so many questions.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
HomeAt = Annotated[Path | None, typer.Option(help="Keep the home here, to spare the next run the embedding.")]


@contextmanager
def _home(folder: Path | None) -> Iterator[Home]:
    with tempfile.TemporaryDirectory(prefix="clausewise-evals-") as temporary:
        home = home_at(folder or Path(temporary))
        try:
            yield home
        finally:
            home.close()


@contextmanager
def _embedding() -> Iterator[Told]:
    """A bar, and whom to tell how far the embedding is."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Embedding", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _asked(folder: Path | None, passages: Path, questions: Path, limit: int | None) -> Iterator[Asked]:
    from evals.retrieval import prepare

    with _home(folder) as home:
        with _embedding() as progress:
            asked = prepare(home, passages, questions, limit, progress)
        yield asked


def _embed(home: Home) -> None:
    with _embedding() as progress:
        home.embed(progress)


def _add_sample(home: Home) -> None:
    from assistant.ingest import add
    from knowledge.data.sample import sample_files

    for file in sample_files():
        add(home, file)


def _print(found: dict[str, float | int], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name:24} {value:.4f}" if isinstance(value, float) else f"{name:24} {value}")


def _print_line(row: Mapping[str, float | str], digits: int = 4) -> None:
    """A row as one line of JSON, at once."""
    print(
        json.dumps({k: round(v, digits) if isinstance(v, float) else v for k, v in row.items()}), flush=True
    )


@app.command()
def retrieval(
    passages: Passages,
    questions: Questions,
    home: HomeAt = None,
    limit: Limit = None,
    json_: AsJson = False,
) -> None:
    """Search for the gold passages of every question."""
    from evals.retrieval import measure

    with _asked(home, passages, questions, limit) as asked:
        found = measure(asked)
    _print(found, json_)


@app.command()
def characters(
    passages: Passages,
    questions: Questions,
    home: HomeAt = None,
    limit: Limit = None,
) -> None:
    """Precision and recall in characters, at three budgets, beside plain BM25 and MiniLM: JSON lines."""
    from evals.characters import measure

    with _asked(home, passages, questions, limit) as asked:
        for way, found in measure(asked).items():
            _print_line({"way": way, **found})


@app.command()
def compare(
    passages: Passages,
    questions: Questions,
    change: Annotated[
        list[str], typer.Option(help='Weights to try instead: "late=0" or "late=2,cosine=0.7".')
    ],
    home: HomeAt = None,
    limit: Limit = None,
) -> None:
    """Search with other weights too, and say by paired bootstrap whether they differ: JSON lines."""
    from evals.compare import changed
    from evals.compare import compare as compared

    try:
        changes = {wanted: changed(wanted) for wanted in change}
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with _asked(home, passages, questions, limit) as asked:
        for row in compared(asked, changes):
            _print_line(row)


@app.command()
def answers(
    questions: Questions,
    home: HomeAt = None,
    add: Annotated[list[Path] | None, typer.Option(help="Files or folders to add to the home first.")] = None,
    passages: Annotated[
        Path | None, typer.Option(exists=True, help="Passages to store first, as for retrieval.")
    ] = None,
    sample: Annotated[bool, typer.Option(help="With the sample organisation.")] = False,
    limit: Limit = None,
    detail: Annotated[bool, typer.Option(help="Also print a line for each question.")] = False,
    json_: AsJson = False,
) -> None:
    """Ask every question; judge citations, abstention and quotes."""
    from assistant.ingest import add as add_file
    from assistant.ingest import files_below
    from evals.answers import cases, cited_ids, run, summary
    from evals.corpora import rows, store

    with _home(home) as opened:
        if sample:
            _add_sample(opened)
        for file in files_below(add or []):
            added = add_file(opened, file)
            if added.outcome == "failed":
                raise typer.BadParameter(f"{file}: {added.problem}")
        if passages:
            store(opened, rows(passages), spans=False)
        _embed(opened)
        results = run(opened, cases(questions)[:limit])
    for result in results if detail else ():
        print(
            f"{result.case.id:6} {result.answer.status:10} wanted {sorted(result.case.must)} "
            f"cited {sorted(cited_ids(result.answer))}  {result.case.question[:70]}"
        )
    _print(summary(results), json_)


@app.command()
def gaps(
    gold: Annotated[Path, typer.Option(exists=True, help="A reader's assessment, JSON.")],
    home: HomeAt = None,
    add: Annotated[list[Path] | None, typer.Option(help="Files or folders to add to the home first.")] = None,
    sample: Annotated[bool, typer.Option(help="With the sample organisation.")] = False,
    detail: Annotated[bool, typer.Option(help="Also print a line for each difference.")] = False,
    json_: AsJson = False,
) -> None:
    """Compare the gap assessment with a reader's: what is spoken to, and whether the quotes are the same."""
    from assistant.gaps.assessment import assess
    from assistant.ingest import add as add_file
    from assistant.ingest import files_below
    from assistant.people import LOCAL
    from evals.gaps.score import differences, read, score

    wanted = read(gold)
    with _home(home) as opened:
        if sample:
            _add_sample(opened)
        for file in files_below(add or []):
            add_file(opened, file)
        _embed(opened)
        found = assess(opened, LOCAL)
    for row in differences(found, wanted) if detail else ():
        print(json.dumps(row, ensure_ascii=False))
    _print(score(found, wanted), json_)


@app.command()
def abstention(
    questions: Questions,
    home: HomeAt = None,
    sample: Annotated[bool, typer.Option(help="With the sample organisation.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Also draw the reliability into this SVG file.")] = None,
    json_: AsJson = False,
) -> None:
    """Show what each threshold of confidence would answer and withhold, wrongly.

    JSON lines with `passage` are judged against that passage; others are asked.
    """
    from evals.abstention import of_cases, of_passages, summary
    from evals.answers import cases

    with _home(home) as opened:
        if questions.suffix == ".jsonl" and '"passage"' in questions.read_text("utf-8")[:10_000]:
            judged = of_passages(opened, questions)
        else:
            if sample:
                _add_sample(opened)
            _embed(opened)
            judged = of_cases(opened, cases(questions))
    _print(summary(judged), json_)
    if plot:
        from evals.plots import reliability

        reliability([(j.confidence, j.answerable) for j in judged], plot)


@app.command()
def scale(
    passages: Passages,
    questions: Questions,
    home: HomeAt = None,
    sizes: Annotated[str, typer.Option(help="Passages at which to measure.")] = "10000,100000,1000000",
    plot: Annotated[Path | None, typer.Option(help="Also draw the growth into this SVG file.")] = None,
) -> None:
    """Grow a library of passages made of real sentences, and time adding and searching: JSON lines."""
    from evals.scale import Composer, grow, pool

    found = []
    with _home(home) as opened:
        composer = Composer(opened.encoder, pool(passages))
        for row in grow(opened, composer, questions, [int(size) for size in sizes.split(",")]):
            _print_line(row, digits=3)
            found.append(row)
    if plot:
        from evals.plots import growth

        growth(found, plot)


@app.command(hidden=True)
def scale_search(home: Annotated[Path, typer.Option(exists=True)], questions: Questions) -> None:
    """Of a home that `scale` grew: what a fresh process measures."""
    from evals.scale import searched

    with _home(home) as opened:
        print(json.dumps(searched(opened, questions)))


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="Files and folders to add to an empty home.")
    ],
    json_: AsJson = False,
) -> None:
    """Time adding files, adding them again, and the bare model on the same texts."""
    from evals.ingest import measure

    with _home(None) as opened, _embedding() as progress:
        found = measure(opened, paths, progress)
    _print(found, json_)


@app.command()
def peers(
    files: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Where the documents are.")],
    questions: Questions,
    environments: Annotated[
        Path | None, typer.Option(help="Keep the peers' virtual environments here.")
    ] = None,
    peer: Annotated[list[str] | None, typer.Option(help="Only this peer; repeat for more.")] = None,
    json_: AsJson = False,
) -> None:
    """Measure the product beside LangChain, LlamaIndex, Haystack and txtai, all in one run.

    Installs each peer in an environment of its own. A peer that fails is named and the rest go on.
    """
    from evals.peers.run import UnknownPeer, run
    from evals.peers.table import table

    try:
        done = run(files, questions, environments, peer, lambda line: typer.echo(line, err=True))
    except (FileNotFoundError, UnknownPeer) as error:
        raise typer.BadParameter(str(error)) from None
    print(json.dumps([asdict(m) for m in done.measured], indent=2) if json_ else table(done.measured))
    if done.failed:
        raise typer.Exit(1)


@app.command()
def drafts(
    intakes: Annotated[Path, typer.Option(exists=True, help="Folder with an intake for each type.")],
    home: HomeAt = None,
    json_: AsJson = False,
) -> None:
    """Draft every type from its intake, beside the sample organisation's documents."""
    from evals.drafts import drafts as measured

    with _home(home) as held:
        _add_sample(held)
        _embed(held)
        for one in measured(held, intakes):
            row = asdict(one)
            if json_:
                print(json.dumps(row), flush=True)
                continue
            findings = ", ".join(f"{count} {kind}" for kind, count in one.findings.items())
            print(
                f"{one.type:20} {one.seconds:5.2f} s  {one.filled}/{one.sections} sections  "
                f"{one.docx_headings} in DOCX  {one.carried}/{one.rules} rules with ids  "
                f"{one.covered}/{one.partly}/{one.open} covered/partly/open  "
                f"{one.placeholders} open places  {findings}"
            )


if __name__ == "__main__":
    app()
