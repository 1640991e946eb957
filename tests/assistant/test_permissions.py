"""Permissions: each cell of the table, tried on the functions behind it, and no way past the check."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest

from assistant import (
    accounts,
    cases,
    checkpoints,
    draft_reading,
    drafts,
    erasure,
    ingest,
    local_only,
    reading,
    receipts,
    review,
    switches,
    worklist,
)
from assistant.assessing import alone, assessments, exchange, held, outputs, register, systems
from assistant.assessing.interview import interview
from assistant.detail import detail
from assistant.drafting import manuscripts, revising, revisions, submitting, suggesting, writing
from assistant.drafting.manuscript import HeaderFields
from assistant.drafting.profile import set_profile
from assistant.errors import NotAllowed
from assistant.export import export
from assistant.gaps import applicability
from assistant.gaps import overrule as gap_overrule
from assistant.gaps.applicability import Row
from assistant.gaps.assessment import assess
from assistant.gaps.evidence import Status as GapStatus
from assistant.gaps.exporting import export as gap_export
from assistant.gaps.sources import source as gap_source
from assistant.gaps.statement import statement
from assistant.gaps.unanswered import unanswered
from assistant.home import Home
from assistant.listing import listing
from assistant.oversight import oversight
from assistant.people import LOCAL, ROLES, Person
from assistant.permissions import ALLOWED, REFUSED, Operation, as_markdown
from assistant.switches import Mode
from assistant.worklist import Wanted
from knowledge.models import Role
from knowledge.search import search
from tests.assistant.assessing import CSV, assessed, entered, facts
from tests.assistant.reviewing import (
    AUTHOR,
    EMPLOYEE,
    LOGS,
    PARKING,
    SECOND,
    added,
    corrected,
    entries,
    person,
    put,
    submitted,
)
from tests.test_structure import ROOT, sources, users

WHY = "It is not right."
PASSWORD = "seven otters in a boat"
INTERVIEW = interview({"profiling": "no"})
_numbers = count()


def fresh() -> str:
    """A document that is like no other."""
    return f"# Rule {next(_numbers)}\n\nOtters are counted every Friday by keeper number {next(_numbers)}.\n"


def pending(home: Home) -> str:
    return put(home, PARKING).id


def decided(home: Home) -> str:
    item = pending(home)
    review.reject(home, SECOND, item, WHY)
    return item


def claimed(home: Home, who: Person) -> str:
    """An item that this person holds, if they can."""
    item = pending(home)
    if who.role is Role.REVIEWER:
        review.claim(home, who, item)
    return item


def approved_draft(home: Home) -> str:
    item = submitted(home, text=fresh())
    review.approve(home, SECOND, item)
    return item


def withdrawn(home: Home) -> str:
    name = added(home, fresh(), name=f"{next(_numbers)}.md").document
    ingest.withdraw(home, name)
    return name


def anew(home: Home) -> str:
    return added(home, fresh(), name=f"{next(_numbers)}.md").document


def place(home: Home, name: str) -> Path:
    return home.settings.home / name


def hired(home: Home) -> str:
    login = f"login{next(_numbers)}"
    accounts.add(home, LOCAL, login, PASSWORD, [Role.EMPLOYEE])
    return login


def manuscript(home: Home) -> str:
    """A composed manuscript that somebody else began."""
    name = manuscripts.begin(home, AUTHOR, "ai-policy").id
    writing.compose(home, AUTHOR, name, ["ai-policy.s1"])
    return name


def taken_back(home: Home, who: Person) -> object:
    from assistant.exporting.docx import write

    name = manuscript(home)
    data = write(submitting.exportable(home, AUTHOR, name))
    return writing.take_in(home, who, name, data, "policy.docx")


def overruled(home: Home) -> str:
    gap_overrule.overrule(home, AUTHOR, "5.3", GapStatus.PARTLY, WHY)
    return "5.3"


def own_control(home: Home) -> str:
    return applicability.add(home, AUTHOR, f"OWN-{next(_numbers)}", "Own", "a contract").id


def decided_on(home: Home) -> Row:
    """A row as somebody changes it, each time to something else."""
    row = applicability.rows(home, AUTHOR)[0]
    return row.model_copy(update={"included": True, "reason": f"Reason {next(_numbers)}"})


Call = Callable[[Home, Person], object]
CALLS: Mapping[Operation, Sequence[Call]] = {
    Operation.ASK: [lambda home, who: put(home, LOGS, who)],
    Operation.SEARCH: [lambda home, who: search(home.index, "logs", home.scope(who.role), 3)],
    Operation.READ_OWN: [
        lambda home, who: reading.record(home, who, put(home, LOGS, who).id),
        lambda home, who: reading.answer(home, who, put(home, LOGS, who).id),
        lambda home, who: reading.source(home, who, put(home, LOGS, who).id, 0),
        lambda home, who: reading.conversation(home, who, put(home, LOGS, who).conversation),
        lambda home, who: reading.records(home, who),
        lambda home, who: reading.news(home, who),
        lambda home, who: receipts.receipt(home, who, put(home, LOGS, who).id),
        lambda home, who: receipts.write(home, who, put(home, LOGS, who).id, place(home, "receipt.json")),
    ],
    Operation.FLAG: [lambda home, who: review.flag(home, who, put(home, LOGS, who).id, WHY)],
    Operation.LIBRARY: [lambda home, who: listing(home, who.role)],
    Operation.ADD: [
        lambda home, who: ingest.add_bytes(home, fresh().encode(), "a.md", "upload:a", person=who),
        lambda home, who: ingest.add(home, ROOT / "README.md", person=who),
    ],
    Operation.WITHDRAW: [
        lambda home, who: ingest.withdraw(home, anew(home), who),
        lambda home, who: ingest.reinstate(home, withdrawn(home), who),
    ],
    Operation.REMOVE: [lambda home, who: ingest.remove(home, anew(home), who)],
    Operation.HOSTING: [lambda home, who: local_only.mark(home, anew(home), True, who)],
    Operation.QUEUE: [
        lambda home, who: worklist.listed(home, who),
        lambda home, who: worklist.counted(home, who, Wanted()),
        lambda home, who: worklist.progress(home, who),
        lambda home, who: worklist.related(home, who, pending(home)),
        lambda home, who: detail(home, who, pending(home)),
    ],
    Operation.CLAIM: [
        lambda home, who: review.claim(home, who, pending(home)),
        lambda home, who: review.release(home, who, claimed(home, who)),
    ],
    Operation.ASSIGN: [
        lambda home, who: review.assign(home, who, [pending(home)], SECOND.id),
        lambda home, who: worklist.rebuilt(home, who),
    ],
    Operation.DECIDE: [
        lambda home, who: review.approve(home, who, pending(home)),
        lambda home, who: review.reject(home, who, pending(home), WHY),
        lambda home, who: review.escalate(home, who, pending(home), WHY),
        lambda home, who: corrected(home, who, pending(home)),
    ],
    Operation.REOPEN: [lambda home, who: review.reopen(home, who, decided(home), WHY)],
    Operation.SUBMIT: [
        lambda home, who: submitted(home, who, fresh()),
        lambda home, who: submitted(home, who, fresh(), draft=submitted(home, AUTHOR, fresh())),
        lambda home, who: submitting.submit(home, who, manuscript(home)),
    ],
    Operation.APPROVE_DRAFT: [
        lambda home, who: review.approve(home, who, submitted(home)),
        lambda home, who: review.reject(home, who, submitted(home), WHY),
    ],
    Operation.PUBLISH: [lambda home, who: drafts.publish(home, who, approved_draft(home))],
    Operation.LOG: [lambda home, who: reading.soundness(home, who)],
    Operation.SWITCH: [
        lambda home, who: switches.switch(home, who, Mode.QUOTES),
        lambda home, who: switches.hold(home, who, "children", on=False),
    ],
    Operation.CASES: [lambda home, who: cases.export(home, who, place(home, "cases.jsonl"))],
    Operation.READ_DRAFTS: [
        lambda home, who: draft_reading.listed(home, who),
        lambda home, who: draft_reading.read(home, who, submitted(home, AUTHOR, fresh())),
        lambda home, who: manuscripts.listed(home, who),
        lambda home, who: manuscripts.read(home, who, manuscript(home)),
        lambda home, who: revisions.revisions(home, who, manuscript(home)),
        lambda home, who: revisions.revision(home, who, manuscript(home), 1),
        lambda home, who: revisions.differences(home, who, manuscript(home), 1, 1),
        lambda home, who: revising.changes_since(home, who, manuscript(home)),
        lambda home, who: submitting.exportable(home, who, manuscript(home)),
        lambda home, who: submitting.leave(home, who, manuscript(home), 1, ".md"),
    ],
    Operation.WRITE: [
        lambda home, who: set_profile(home, who, "organisation", [f"Otter House {next(_numbers)}"]),
        lambda home, who: manuscripts.begin(home, who, "ai-policy"),
        lambda home, who: manuscripts.answer(home, who, manuscript(home), "q1", "uses AI systems"),
        lambda home, who: manuscripts.set_header(home, who, manuscript(home), HeaderFields(owner="I")),
        lambda home, who: manuscripts.discard(home, who, manuscript(home)),
        lambda home, who: manuscripts.bring_back(home, who, manuscript(home)),
        lambda home, who: suggesting.suggest(home, who, manuscript(home), "q1"),
        lambda home, who: writing.compose(home, who, manuscript(home)),
        lambda home, who: writing.edit(home, who, manuscript(home), "ai-policy.s1", "I wrote this."),
        lambda home, who: writing.lock(home, who, manuscript(home), "ai-policy.s1"),
        lambda home, who: writing.restore(home, who, manuscript(home), 1),
        taken_back,
    ],
    Operation.REGISTER: [
        lambda home, who: register.listed(home, who),
        lambda home, who: register.read(home, who, entered(home).id),
        lambda home, who: held.answers(home, who, entered(home).id),
        lambda home, who: exchange.exported(home, who),
        lambda home, who: outputs.exported(home, who, assessed(home).id, "aia", "md"),
        lambda home, who: outputs.exported_alone(
            home, who, INTERVIEW, alone.assessed(home, AUTHOR, INTERVIEW), "aia", "md"
        ),
    ],
    Operation.KEEP_REGISTER: [
        lambda home, who: systems.add(home, who, facts()),
        lambda home, who: systems.change(home, who, entered(home).id, facts()),
        lambda home, who: exchange.preview(home, who, CSV),
        lambda home, who: exchange.take(home, who, CSV),
    ],
    Operation.ASSESS: [
        lambda home, who: held.answer(home, who, entered(home).id, "profiling", "no"),
        lambda home, who: assessments.make(home, who, assessed(home).system),
        lambda home, who: alone.assessed(home, who, INTERVIEW),
    ],
    Operation.DECIDE_TIER: [lambda home, who: assessments.decide(home, who, assessed(home).id)],
    Operation.EXPORT: [lambda home, who: export(home, who, place(home, "log.jsonl"))],
    Operation.CHECKPOINT: [lambda home, who: checkpoints.write(home, who, place(home, "checkpoints"))],
    Operation.ERASE: [lambda home, who: erasure.erase(home, who, [], reason=WHY)],
    Operation.OVERSIGHT: [
        lambda home, who: oversight(home, who),
        lambda home, who: unanswered(home, who),
    ],
    Operation.GAPS: [
        lambda home, who: assess(home, who),
        lambda home, who: gap_overrule.view(home, who),
        lambda home, who: gap_source(home, who, "A.6.2.8", 0),
        lambda home, who: applicability.rows(home, who),
        lambda home, who: applicability.history(home, who, "A.6.2.8"),
        lambda home, who: statement(home, who),
        lambda home, who: gap_export(home, who, "soa", "md"),
    ],
    Operation.OVERRULE: [
        lambda home, who: gap_overrule.overrule(home, who, "5.2", GapStatus.PARTLY, WHY),
        lambda home, who: gap_overrule.take_back(home, who, overruled(home)),
        lambda home, who: applicability.fill(home, who, decided_on(home)),
        lambda home, who: applicability.add(home, who, f"OWN-{next(_numbers)}", "Own", "a contract"),
        lambda home, who: applicability.remove(home, who, own_control(home)),
        lambda home, who: applicability.undo(home, who, own_control(home)),
    ],
    Operation.PEOPLE: [
        lambda home, who: accounts.every(home, who),
        lambda home, who: accounts.add(home, who, f"login{next(_numbers)}", PASSWORD, [Role.AUTHOR]),
        lambda home, who: accounts.set_roles(home, who, hired(home), [Role.REVIEWER]),
        lambda home, who: accounts.set_password(home, who, hired(home), PASSWORD),
        lambda home, who: accounts.disable(home, who, hired(home)),
        lambda home, who: accounts.enable(home, who, hired(home)),
    ],
}
CELLS = [
    pytest.param(operation, place, role, id=f"{operation.name}-{place}-{role}")
    for operation, calls in CALLS.items()
    for place in range(len(calls))
    for role in Role
]


@pytest.mark.parametrize(("operation", "place", "role"), CELLS)
def test_a_role_does_what_the_table_says_and_is_refused_the_rest_on_the_record(
    kept_org: Home, operation: Operation, place: int, role: Role
) -> None:
    who, before = person(role), len(entries(kept_org, REFUSED))

    def call() -> object:
        return CALLS[operation][place](kept_org, who)

    if role in ALLOWED[operation]:
        call()
        assert len(entries(kept_org, REFUSED)) == before
        return
    told = as_told(operation, role)
    with pytest.raises(NotAllowed, match=f"The role {ROLES[role].lower()} may not {told};"):
        call()
    (entry,) = entries(kept_org, REFUSED)[before:]
    assert (entry.body["actor"], entry.body["role"]) == (who.id, role.value)
    assert entry.body["operation"] == told.value


def as_told(operation: Operation, role: Role) -> Operation:
    """Whoever may not read drafts is not told that it is a draft on which they may not decide."""
    unread = operation is Operation.APPROVE_DRAFT and role not in ALLOWED[Operation.READ_DRAFTS]
    return Operation.DECIDE if unread else operation


def test_every_operation_has_a_function_that_is_tried() -> None:
    assert CALLS.keys() == set(Operation)
    assert all(CALLS.values())


def test_every_operation_is_in_the_table() -> None:
    assert ALLOWED.keys() == set(Operation)
    assert all(ALLOWED.values())


def test_an_auditor_decides_nothing() -> None:
    deciding = {Operation.CLAIM, Operation.ASSIGN, Operation.DECIDE, Operation.REOPEN, Operation.FLAG}
    deciding |= {Operation.APPROVE_DRAFT, Operation.PUBLISH, Operation.WITHDRAW, Operation.SWITCH}
    deciding |= {Operation.HOSTING, Operation.DECIDE_TIER, Operation.ASSESS, Operation.KEEP_REGISTER}
    assert not any(Role.AUDITOR in ALLOWED[operation] for operation in deciding)


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "permissions.md").read_text("utf-8") == as_markdown()


def test_a_refusal_is_read_by_those_who_audit(kept_org: Home) -> None:
    with pytest.raises(NotAllowed):
        switches.switch(kept_org, EMPLOYEE, Mode.OFF)
    readers = [role for role in Role if reading.records(kept_org, person(role), kind=REFUSED)]
    assert readers == [Role.AUDITOR, Role.ADMINISTRATOR]


# No way past the check

TOUCHES = {("log", "recording"), ("log", "append"), ("database", "read"), ("database", "write")}
LOOKS_FIRST = {"_operation"}
"""What may look before the check: it says under which name the check is made."""


def acting(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Public functions of a module that take a home and a person: in order, where they check and touch."""
    tree = ast.parse(path.read_text("utf-8"))
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, node in known.items():
        taken = {arg.arg: ast.unparse(arg.annotation) for arg in node.args.args if arg.annotation}
        if not name.startswith("_") and "Person" in taken.values() and "Home" in taken.values():
            yield name, list(_events(node, known, (name,)))


def _events(node: ast.AST, known: Mapping[str, ast.FunctionDef], inside: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        yield from _events(child, known, inside)
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Name):
        name = node.func.id
        if name == "require":
            yield "check"
        elif name in known and name not in inside and name not in LOOKS_FIRST:
            yield from _events(known[name], known, (*inside, name))
    elif isinstance(node.func, ast.Attribute):
        owner = node.func.value
        of = (
            owner.id
            if isinstance(owner, ast.Name)
            else owner.attr
            if isinstance(owner, ast.Attribute)
            else ""
        )
        if (of, node.func.attr) in TOUCHES:
            yield "touch"


def test_whatever_writes_or_reads_for_a_person_checks_first() -> None:
    found = {
        f"{path}:{name}": events
        for path, file in sources("assistant")
        if not path.startswith(("assistant/cli/", "assistant/ui/"))
        for name, events in acting(file)
        if "touch" in events
    }
    assert {"assistant/review.py:approve", "assistant/reading.py:records"} <= found.keys()
    assert [name for name, events in found.items() if events[0] != "check"] == []


def test_a_function_that_touches_before_it_checks_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "def late(home: Home, person: Person):\n"
        "    with home.database.read() as connection:\n        pass\n    require(home.database, person)\n"
        "def by_another(home: Home, person: Person):\n    _write(home)\n"
        "def _write(home):\n    log.append(1)\n"
        "def good(home: Home, person: Person):\n    require(1)\n    _write(home)\n"
    )
    assert dict(acting(module)) == {
        "late": ["touch", "check"],
        "by_another": ["touch"],
        "good": ["check", "touch"],
    }


DATA = {
    "assistant.log": {"assistant.log.Record"},
    "knowledge.library": {"knowledge.library.Version", "knowledge.library.folded"},
    "assistant.queue": set[str](),
    "knowledge.database": set[str](),
}
"""Rooms that pages reach through functions that check, and the plain values of them that they may name."""


@pytest.mark.parametrize("room", DATA)
def test_pages_use_what_checks(room: str) -> None:
    from tests.test_structure import imported, within

    for path in users(room, "assistant/ui"):
        named = {name for name in imported(ROOT / path) if within(name, room)}
        assert named - {room} <= DATA[room], path
        assert f"import {room.rpartition('.')[2]}\n" not in (ROOT / path).read_text("utf-8"), path
