"""The verifier: an export or a receipt is sound, or the first bad record is named."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import checkpoints, erasure, receipts, verifier
from assistant.chain import canonical
from assistant.export import export
from assistant.home import Home, home_at
from assistant.merkle import Tree, leaf_hash
from assistant.people import LOCAL
from tests.assistant.logs import cut, grow, opened, rewrite

FILE = Path(verifier.__file__)
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: object) -> Told:
    """The command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
        verifier.main([str(argument) for argument in arguments])
    return Told(int(end.value.code or 0), out.getvalue(), err.getvalue())


@dataclass(frozen=True, slots=True)
class Case:
    """An export of ten records, its checkpoints of eight and nine, and the key."""

    export: Path
    checkpoint: Path
    key: Path
    home: Path

    def lines(self) -> list[Line]:
        return [json.loads(line) for line in self.export.read_text("utf-8").splitlines()]

    def told(self, lines: list[Line], *options: object) -> Any:
        """What is said of these lines, as JSON; checked without a checkpoint unless options name one."""
        changed = self.export.with_name("changed.jsonl")
        changed.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
        return run(changed, "--json", *options).json

    @property
    def anchored(self) -> tuple[object, ...]:
        return ("--checkpoint", self.checkpoint, "--key", self.key)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Records 1 to 4 are the requirements, 5 to 8 and 10 answers, 9 and 11 checkpoints."""
    folder = tmp_path_factory.mktemp("case")
    home = home_at(folder / "home")
    grow(home, 4)
    checkpoints.write(home, LOCAL, folder / "checkpoints")
    grow(home, 1)
    checkpoints.write(home, LOCAL, folder / "checkpoints")
    export(home, LOCAL, folder / "log.jsonl")
    home.close()
    key = home.settings.home / "keys" / "log-key.pub"
    return Case(folder / "log.jsonl", folder / "checkpoints", key, folder / "home")


@pytest.fixture
def home(case: Case, tmp_path: Path) -> Iterator[Home]:
    """A copy of the home, to be changed at will."""
    shutil.copytree(case.home, tmp_path / "home")
    home = home_at(tmp_path / "home")
    yield home
    home.close()


def reseal(lines: list[Line], first: int) -> list[Line]:
    """Make the chain anew from a place on."""
    for place in range(first, len(lines)):
        line = lines[place]
        line["seq"], line["previous"] = place + 1, lines[place - 1]["hash"]
        data = canonical(*(line[name] for name in ("seq", "id", "at", "kind", "body", "previous")))
        line["hash"] = hashlib.sha256(data).hexdigest()
    return lines


def altered(lines: list[Line]) -> list[Line]:
    lines[6]["body"]["answer"]["text"] = "1. neun Monate"
    return lines


def altered_and_resealed_alone(lines: list[Line]) -> list[Line]:
    return [*lines[:6], *reseal(altered(lines)[:7], 6)[6:], *lines[7:]]


def deleted(lines: list[Line]) -> list[Line]:
    return [*lines[:6], *lines[7:]]


def put_in(lines: list[Line]) -> list[Line]:
    forged = json.loads(json.dumps(lines[6]))
    forged["id"] = "f" * 16
    return [*lines[:6], reseal([*lines[:6], forged], 6)[6], *lines[6:]]


def put_in_and_renumbered(lines: list[Line]) -> list[Line]:
    forged = json.loads(json.dumps(lines[6]))
    forged["body"]["answer"]["text"] = "forged"
    return reseal([*lines[:6], forged, *lines[6:]], 6)


def reordered(lines: list[Line]) -> list[Line]:
    return [*lines[:6], lines[7], lines[6], *lines[8:]]


def repeated(lines: list[Line]) -> list[Line]:
    return [*lines[:7], *lines[6:]]


def rewritten(lines: list[Line]) -> list[Line]:
    return reseal(altered(lines), 6)


def word_altered(lines: list[Line]) -> list[Line]:
    lines[6]["personal"]["question"]["value"] = "why not?"
    return lines


def word_removed(lines: list[Line]) -> list[Line]:
    del lines[6]["personal"]["question"]
    return lines


def word_put_in(lines: list[Line]) -> list[Line]:
    lines[6]["personal"]["said"] = {"salt": "", "value": "x"}
    return lines


def erased_silently(lines: list[Line]) -> list[Line]:
    lines[6]["personal"]["question"] = {"erased": True}
    return lines


def commented(lines: list[Line]) -> list[Line]:
    lines[6]["approved"] = True
    return lines


def fraction(lines: list[Line]) -> list[Line]:
    lines[6]["body"]["timing_ms"]["total"] = 5.0
    return lines


def number_as_text(lines: list[Line]) -> list[Line]:
    lines[6]["seq"] = "7"
    return lines


BY_ITSELF = [altered, deleted, put_in, reordered, repeated, word_altered, word_removed, word_put_in]
AGAINST_A_CHECKPOINT = [altered_and_resealed_alone, put_in_and_renumbered, rewritten]
BY_ITSELF += [erased_silently, commented, fraction, number_as_text]


def test_what_was_not_touched_is_sound(case: Case) -> None:
    told = run(case.export, *case.anchored, "--json")
    assert told.status == 0
    assert told.json == {
        "kind": "log",
        "sound": True,
        "records": 12,
        "head": case.lines()[-1]["hash"],
        "broken_at": None,
        "reason": "",
        "checkpoints": 2,
        "signatures": "checked",
    }
    assert "Checkpoints that agree: 2, signed by clausewise-" in run(case.export, *case.anchored).out


@pytest.mark.parametrize("tamper", BY_ITSELF, ids=lambda t: t.__name__)
def test_tampering_shows_at_its_record_without_any_checkpoint(
    case: Case, tamper: Callable[[list[Line]], list[Line]]
) -> None:
    told = case.told(tamper(case.lines()))
    assert (told["sound"], told["broken_at"], told["records"]) == (False, 7, 6), told
    changed = case.export.with_name("changed.jsonl")
    said = run(changed)
    assert (said.status, said.err) == (1, "")
    assert said.out == f"Record 7: {told['reason']}.\n"


@pytest.mark.parametrize(
    "tamper",
    [*BY_ITSELF, altered_and_resealed_alone, put_in_and_renumbered, rewritten],
    ids=lambda t: t.__name__,
)
def test_tampering_shows_at_its_record_against_a_checkpoint(
    case: Case, tamper: Callable[[list[Line]], list[Line]]
) -> None:
    told = case.told(tamper(case.lines()), *case.anchored)
    assert (told["sound"], told["broken_at"]) == (False, 7), told


def test_a_log_made_anew_shows_only_against_a_checkpoint(case: Case) -> None:
    assert case.told(rewritten(case.lines()))["sound"]
    why = case.told(rewritten(case.lines()), *case.anchored)["reason"]
    assert why.startswith("it was rewritten after the checkpoint of 20")
    assert "would look the same" in run(case.export).out


@pytest.mark.parametrize("left", range(10))
def test_the_first_record_that_was_cut_off_is_named(case: Case, left: int) -> None:
    told = case.told(case.lines()[:left], *case.anchored)
    assert (told["sound"], told["broken_at"]) == (False, left + 1)
    assert "missing" in told["reason"]


def test_a_database_that_was_made_anew_shows_in_its_export(case: Case, home: Home, tmp_path: Path) -> None:
    rewrite(home, 6)
    export(home, LOCAL, tmp_path / "now.jsonl")
    assert run(tmp_path / "now.jsonl", "--json").json["sound"]
    assert run(tmp_path / "now.jsonl", "--json", *case.anchored).json["broken_at"] == 6
    cut(home, 7)
    export(home, LOCAL, tmp_path / "now.jsonl")
    rest = run(tmp_path / "now.jsonl", "--json", "--checkpoint", case.checkpoint).json
    assert (rest["broken_at"], rest["signatures"]) == (6, "not checked")


@pytest.mark.parametrize("body", ["{}", "gone", "[", '{"n":1.5}', '{"n":1}\n{"seq":9}', "[" * 3000])
def test_a_database_that_was_altered_can_still_be_exported_and_shows(
    body: str, home: Home, tmp_path: Path
) -> None:
    with opened(home) as connection:
        connection.execute("UPDATE records SET body = ? WHERE seq = 6", [body])
    export(home, LOCAL, tmp_path / "now.jsonl")
    told = run(tmp_path / "now.jsonl", "--json")
    assert (told.status, told.json["broken_at"]) == (1, 6)


def test_without_its_trail_a_checkpoint_names_the_first_record_it_cannot_vouch_for(case: Case) -> None:
    key = Ed25519PrivateKey.generate()
    lines = case.lines()
    tree = Tree(leaf_hash(canonical(*(x[n] for n in verifier.SEALED))) for x in lines)
    roots = {size: base64.b64encode(tree.root(size)).decode() for size in (4, 9)}
    signature = base64.b64encode(key.sign(b"x")).decode()
    notes = [f"o\n{size}\n{root}\n\n— o {signature}\n" for size, root in roots.items()]
    path = case.export.with_name("plain")
    path.write_text("".join(notes))
    assert case.told(lines, "--checkpoint", path)["sound"]
    told = case.told(rewritten(lines), "--checkpoint", path)
    assert (told["broken_at"], told["reason"][:39]) == (5, "it, or one of those up to record 9, was")


def test_other_spellings_of_the_same_json_are_the_same_record(case: Case, tmp_path: Path) -> None:
    spaced = [json.dumps(line, ensure_ascii=True, separators=(" , ", " : ")) for line in case.lines()]
    turned = [json.dumps(dict(reversed(line.items())), ensure_ascii=False) for line in case.lines()]
    for lines in (spaced, turned):
        path = tmp_path / "other.jsonl"
        path.write_bytes(b"\xef\xbb\xbf" + "\r\n\r\n".join(lines).encode())
        assert run(path, *case.anchored).status == 0


@pytest.mark.parametrize(
    "junk",
    [
        b"\x00\xff\xfe" * 50,
        b"null",
        b"3",
        b"[]",
        b"{}",
        b'"seq"',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"seq":' + b"9" * 5000 + b"}",
        b'{"seq":1e400}',
        b'{"seq":NaN}',
        b'{"seq":1,"seq":1}',
    ],
    ids=range(12),
)
def test_junk_is_a_bad_record_wherever_it_stands(case: Case, junk: bytes, tmp_path: Path) -> None:
    held = case.export.read_bytes().splitlines(keepends=True)
    path = tmp_path / "junk.jsonl"
    for place in (0, 6, 11):
        path.write_bytes(b"".join([*held[:place], junk, b"\n", *held[place:]]))
        told = run(path, "--json")
        assert (told.status, told.json["broken_at"], told.err) == (1, place + 1, "")


def test_a_name_that_stands_twice_is_refused(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "twice.jsonl"
    path.write_text(case.export.read_text("utf-8").replace('"status":', '"status":"abstained","status":', 1))
    assert run(path, "--json").json["broken_at"] == 1


@pytest.mark.parametrize("held", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_log(held: bytes, tmp_path: Path) -> None:
    (tmp_path / "e").write_bytes(held)
    told = run(tmp_path / "e")
    assert (told.status, told.out) == (1, "Record 1: it is missing: the file holds no record.\n")


def test_files_that_cannot_be_read_are_no_verdict(case: Case, tmp_path: Path) -> None:
    for arguments in (
        (tmp_path / "none",),
        (tmp_path,),
        (case.export, "--checkpoint", tmp_path / "none"),
        (case.export, "--checkpoint", case.export),
        (case.export, "--key", case.export),
        (case.export, "--unknown"),
        (),
    ):
        told = run(*arguments)
        assert (told.status, told.out) == (2, "")
        assert told.err


def test_a_changed_checkpoint_is_not_believed(case: Case, tmp_path: Path) -> None:
    text = case.checkpoint.read_text("utf-8")
    changed = tmp_path / "changed"
    changed.write_text(text.replace("clausewise-at 20", "clausewise-at 19", 1), "utf-8")
    told = run(case.export, "--checkpoint", changed, "--key", case.key)
    assert told.status == 1
    assert "is not signed by clausewise-" in told.out
    assert "Signatures were not checked" in run(case.export, "--checkpoint", changed).out
    (tmp_path / "crlf").write_bytes(text.replace("\n", "\r\n").encode())
    assert run(case.export, "--checkpoint", tmp_path / "crlf", "--key", case.key).status == 0


def test_erased_words_are_sound_where_a_record_names_them(home: Home, case: Case, tmp_path: Path) -> None:
    assert erasure.erase(home, LOCAL, [6, 7], reason="asked for") == 2
    export(home, LOCAL, tmp_path / "now.jsonl")
    assert run(tmp_path / "now.jsonl", *case.anchored).status == 0
    with opened(home) as connection:
        connection.execute("UPDATE personal SET erased = 1, value = '', salt = '' WHERE seq = 8")
    export(home, LOCAL, tmp_path / "now.jsonl")
    told = run(tmp_path / "now.jsonl", "--json").json
    assert (told["broken_at"], "no record names who" in told["reason"]) == (8, True)


def test_it_runs_alone(case: Case, tmp_path: Path) -> None:
    """Copied elsewhere, without the program, its packages or even site-packages."""
    alone = shutil.copy(FILE, tmp_path / "check.py")
    command = [sys.executable, "-I", "-S", alone, case.export, *map(str, case.anchored)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The log is sound: 12 records")


@pytest.fixture
def receipt(home: Home, tmp_path: Path) -> Path:
    (answer,) = grow(home, 1)
    receipts.write(home, LOCAL, answer, tmp_path / "receipt.json")
    return tmp_path / "receipt.json"


def test_a_receipt_proves_what_was_said(receipt: Path, case: Case, tmp_path: Path) -> None:
    told = run(receipt, "--key", case.key, "--json")
    assert (told.status, told.json["kind"], told.json["signatures"]) == (0, "receipt", "checked")
    held = json.loads(receipt.read_text("utf-8"))
    assert held["record"]["body"]["answer"]["text"] == "1. zwölf Monate"
    assert held["personal"]["question"]["value"] == "why 0?"
    receipt.write_text(json.dumps(held))
    assert "Signatures were not checked" in run(receipt).out
    assert run(receipt, "--key", case.key, "--checkpoint", case.checkpoint).status == 0


def changed_receipt(path: Path, *where: str, to: object) -> None:
    held = json.loads(path.read_text("utf-8"))
    part = held
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = to
    path.write_text(json.dumps(held))


@pytest.mark.parametrize(
    ("where", "to"),
    [
        (("record", "body", "answer", "text"), "other"),
        (("record", "seq"), 5),
        (("record",), None),
        (("personal", "question", "value"), "other"),
        (("personal", "question"), None),
        (("personal",), []),
        (("proof", "path"), []),
        (("proof", "size"), 5),
        (("proof",), 5),
        (("checkpoint",), "x"),
        (("checkpoint",), 5),
        (("key",), "x"),
        (("approved",), True),
    ],
)
def test_a_changed_receipt_is_refused(where: tuple[str, ...], to: object, receipt: Path, case: Case) -> None:
    changed_receipt(receipt, *where, to=to)
    for options in ((), ("--key", case.key)):
        told = run(receipt, *options)
        assert (told.status, told.err) == (1, "")


def test_a_receipt_signed_by_another_is_refused(receipt: Path, tmp_path: Path) -> None:
    other = home_at(tmp_path / "other")
    checkpoints.write(other, LOCAL, tmp_path / "theirs")
    other.close()
    told = run(receipt, "--key", tmp_path / "other" / "keys" / "log-key.pub")
    assert (told.status, "is not signed by" in told.out) == (1, True)


def test_picked_records_are_proved_against_their_checkpoint(home: Home, case: Case, tmp_path: Path) -> None:
    erasure.erase(home, LOCAL, [7], reason="asked for")
    out = tmp_path / "part.jsonl"
    done = export(home, LOCAL, out, who="mia")
    options = ("--checkpoint", f"{out}.checkpoint", "--key", case.key)
    told = run(out, *options, "--json")
    assert (told.status, told.json["kind"]) == (0, "part")
    assert told.json["records"] == done.records == 4  # the erased words tell nobody any more
    assert run(out).status == run(out, "--checkpoint", case.checkpoint).status == 2
    lines = out.read_text("utf-8").splitlines(keepends=True)
    for tampered in (
        [lines[0].replace("zwölf", "neun", 1), *lines[1:]],
        [lines[1], lines[0]],
        [lines[0], lines[0]],
        [lines[0], "{}\n"],
        [lines[0], lines[1].replace('"proof"', '"Proof"')],
    ):
        out.write_text("".join(tampered), "utf-8")
        assert run(out, *options).status == 1


def test_a_part_brings_the_records_that_explain_its_erased_words(home: Home, tmp_path: Path) -> None:
    erasure.erase(home, LOCAL, [7], reason="asked for")
    out = tmp_path / "part.jsonl"
    export(home, LOCAL, out, status="answered")
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["answer"] * 5 + ["erase"]
    assert run(out, "--checkpoint", f"{out}.checkpoint").status == 0
    out.write_text("".join(f"{json.dumps(line)}\n" for line in lines[:-1]))
    assert run(out, "--checkpoint", f"{out}.checkpoint", "--json").json["broken_at"] == 7


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_its_canonical_json_is_that_of_the_program(value: Any) -> None:
    assert verifier.canonical(value) == rfc8785.dumps(value)
    assert verifier.canonical(json.loads(json.dumps(value))) == rfc8785.dumps(value)


def test_names_are_ordered_by_utf_16() -> None:
    assert verifier.canonical({"\uffee": 1, "🙂": 2, "a": 3}) == '{"a":3,"🙂":2,"\uffee":1}'.encode()


@given(st.binary(max_size=80), st.integers(0, 511))
@settings(deadline=None, max_examples=40)
def test_its_signatures_are_those_of_the_program(message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verifier.signed(public, message, signature)
    assert not verifier.signed(public, message + b"x", signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not verifier.signed(public, message, bytes(changed))


def test_signatures_of_rfc_8032_hold() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verifier.signed(public, b"\x72", signature)
    beyond = signature[:32] + (int.from_bytes(signature[32:], "little") + verifier._L).to_bytes(32, "little")
    assert not verifier.signed(public, b"\x72", beyond)
    assert not verifier.signed(public, b"\x72", signature[:63])
    assert not verifier.signed(b"\x02" + bytes(31), b"\x72", signature)


def test_a_part_is_not_judged_without_its_own_checkpoint(home: Home, tmp_path: Path) -> None:
    kept, out = tmp_path / "kept", tmp_path / "part.jsonl"
    checkpoints.write(home, LOCAL, kept)
    export(home, LOCAL, out, status="answered")
    told = subprocess.run(
        [sys.executable, "-I", FILE, out, "--checkpoint", kept], capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert "written beside the export" in told.stderr


def test_a_table_is_not_judged(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    export(home, LOCAL, out, format="csv")
    told = subprocess.run([sys.executable, "-I", FILE, out], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "a table, which proves nothing" in told.stderr


def test_a_signature_that_is_none_is_said_to_be_none(home: Home, tmp_path: Path) -> None:
    kept, out = tmp_path / "kept", tmp_path / "log.jsonl"
    checkpoints.write(home, LOCAL, kept)
    export(home, LOCAL, out)
    lines = kept.read_text("utf-8").splitlines()
    kept.write_text("\n".join([*lines[:-1], "— x", ""]), "utf-8")
    key = home.settings.home / "keys" / "log-key.pub"
    told = subprocess.run(
        [sys.executable, "-I", FILE, out, "--checkpoint", kept, "--key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (1, "")
    assert "is not signed by" in told.stdout
