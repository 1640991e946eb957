"""Document control: what a file says of itself is read, and nothing is guessed."""

from datetime import date

import pytest

from knowledge.control import infer_kind, states_control
from knowledge.load import load_bytes
from knowledge.models import RESTRICTED, Kind, Role, Status


def control(text: str):
    return load_bytes(text.encode(), "a.md").control


def test_front_matter_is_read() -> None:
    found = control(
        "---\nowner: Head of X\nstatus: Draft\nversion: 2.1\neffective from: 2026-03-01\n"
        "effective until: 2027-01-01\nkind: procedure\n---\n# T\n\nWords.\n"
    )
    assert (found.owner, found.status, found.version_label) == ("Head of X", Status.DRAFT, "2.1")
    assert (found.effective_from, found.effective_until) == (date(2026, 3, 1), date(2027, 1, 1))
    assert found.kind is Kind.PROCEDURE


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("1 March 2026", date(2026, 3, 1)),
        ("March 1, 2026", date(2026, 3, 1)),
        ("31 February 2026", None),
        ("soon", None),
    ],
)
def test_dates_are_read_or_left_out(said: str, day: date | None) -> None:
    assert control(f"# T\n\nEffective date: {said}\n\nWords.\n").effective_from == day


def test_opening_lines_are_read_and_later_ones_are_not() -> None:
    found = control("# T\n\nDocument owner: Head of Y\n\n" + "Words.\n\n" * 40 + "Status: Withdrawn\n")
    assert (found.owner, found.status) == ("Head of Y", None)


def test_restricted_narrows_the_audience() -> None:
    assert control("# T\n\nClassification: Strictly confidential\n\nW.\n").audience == RESTRICTED
    assert control("# T\n\nAudience: Auditors\n\nW.\n").audience == {Role.AUDITOR, Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("Language models: never hosted", True),
        ("Hosted models: not allowed", True),
        ("Hosted language models: no", True),  # which YAML reads as False
        ("Language models: allowed", False),
        ("Language models: those that write text", False),
        ("Language models: nobody knows how many", False),
    ],
)
def test_a_document_keeps_itself_from_hosted_models(said: str, never: bool) -> None:
    name, value = said.split(": ")
    table = f"| Owner | Head of X |\n| --- | --- |\n| {name} | **{value}** |"
    for text in (f"# T\n\n- {said}\n\nWords.\n", f"# T\n\n{table}\n", f"---\n{said.lower()}\n---\n# T\n"):
        assert control(f"{text}\nWords.\n").never_hosted is never, text


def test_what_a_document_says_of_language_models_is_not_taken_for_a_control_field() -> None:
    assert states_control("Owner: Head of X\nLanguage models: never hosted")
    assert not states_control("Language models: systems that write text")


@pytest.mark.parametrize(
    ("title", "file", "owned", "kind"),
    [
        ("AI Policy", "a.pdf", True, Kind.POLICY),
        ("Incident Procedure", "a.pdf", False, Kind.PROCEDURE),
        ("Model Register Policy", "a.md", False, Kind.POLICY),
        ("AI Tool Register", "a.md", False, Kind.RECORD),
        ("EU AI Act (Regulation 2024/1689)", "x.md", False, Kind.LAW),
        ("Directive on Automated Decision-Making", "x.xml", False, Kind.LAW),
        ("GDPR procedure for our staff", "x.md", True, Kind.PROCEDURE),
        ("The NIST Cybersecurity Framework", "x.pdf", False, Kind.GUIDANCE),
        ("Inventory", "x.csv", False, Kind.RECORD),
    ],
)
def test_kind_is_told_by_title(title: str, file: str, owned: bool, kind: Kind) -> None:
    assert infer_kind(title, "", file, owned) is kind
