"""Log: every record is listed, found, opened and shown to be untouched."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from assistant import verifier
from tests.browser.conftest import INCIDENT, App, Arrival, Told, Visitor, answer_id

pytestmark = pytest.mark.browser
VERIFIER = Path(verifier.__file__)
CLAUSE = "What does A.6.2.8 require?"


@pytest.fixture
def auditor(visitor: Visitor, incident: Told) -> Visitor:
    """An auditor on the log, which holds at least the incident's answer."""
    visitor.open("/log?role=Auditor")
    expect(visitor.page.get_by_role("button", name="Verify the chain")).to_be_visible()
    visitor.idle()
    return visitor


def search(auditor: Visitor, field: str, text: str) -> None:
    auditor.page.get_by_role("textbox", name=field).fill(text)
    auditor.page.keyboard.press("Enter")


def rows(auditor: Visitor) -> Locator:
    """The lines of the list that say when each record was written."""
    return auditor.page.get_by_text(re.compile(r"^\d+ · \d{4}-\d\d-\d\dT"))


def entry(auditor: Visitor, record: str) -> Locator:
    return auditor.page.get_by_text(record)


def test_records_are_listed_with_what_they_are(auditor: Visitor, incident: Told) -> None:
    expect(entry(auditor, incident.answer)).to_contain_text("answer")
    expect(auditor.page.get_by_text(f"{INCIDENT} (answered)").first).to_be_visible()
    expect(auditor.page.get_by_text("· ingest ·").first).to_be_visible()


def test_words_find_a_record_and_leave_others_out(auditor: Visitor, incident: Told) -> None:
    search(auditor, "Search", "incident desk 72")
    expect(entry(auditor, incident.answer)).to_be_visible()
    expect(auditor.page.get_by_text("· ingest ·")).to_have_count(0)
    search(auditor, "Search", "words that nobody asked")
    expect(auditor.page.get_by_text("No record matches.")).to_be_visible()


def test_a_clause_finds_the_answers_that_cite_it(arrival: Arrival, app: App, auditor: Visitor) -> None:
    cited = answer_id(arrival(app).open().ask(CLAUSE))
    search(auditor, "Clause or control", "A.6.2.8")
    expect(entry(auditor, cited)).to_be_visible()
    expect(auditor.page.get_by_text(INCIDENT)).to_have_count(0)


def test_an_unknown_clause_is_named_and_the_page_stays(auditor: Visitor) -> None:
    search(auditor, "Clause or control", "A.99.9")
    expect(auditor.page.get_by_role("alert")).to_contain_text("A.99.9")
    expect(auditor.page.get_by_role("textbox", name="Search")).to_be_visible()


def test_markup_typed_as_a_clause_causes_no_request(auditor: Visitor) -> None:
    search(auditor, "Clause or control", "![x](http://example.invalid/clause.png)")
    expect(auditor.page.get_by_role("alert")).to_contain_text("![x](http:")
    expect(auditor.page.locator("img[src*='example']")).to_have_count(0)


def test_a_record_opens_with_its_answer_its_hash_and_its_sources(auditor: Visitor, incident: Told) -> None:
    search(auditor, "Search", incident.answer)
    expect(rows(auditor)).to_have_count(1)
    auditor.page.get_by_test_id("stButton").get_by_role("button", name="Open").click()
    expect(auditor.page.get_by_text(INCIDENT)).to_be_visible()
    expect(auditor.page.locator(".cw-note", has_text="Two documents in force do not agree")).to_be_visible()
    expect(auditor.page.get_by_text("Hash: ")).to_be_visible()
    auditor.page.get_by_role("button", name="1", exact=True).click()
    expect(auditor.dialog.locator("mark")).to_contain_text("within 24 hours")
    auditor.page.keyboard.press("Escape")
    auditor.page.get_by_role("button", name="Back to the log").click()
    expect(auditor.page.get_by_role("button", name="Verify the chain")).to_be_visible()


def test_the_chain_is_verified_on_the_page(auditor: Visitor) -> None:
    auditor.page.get_by_role("button", name="Verify the chain").click()
    expect(auditor.page.get_by_text("The log is sound: ")).to_be_visible()


def test_a_link_on_an_answer_leads_to_its_record(auditor: Visitor, incident: Told) -> None:
    link = auditor.open(f"/?answer={incident.answer}").page.get_by_role("link", name=incident.answer)
    auditor.open(link.get_attribute("href") or "")
    expect(auditor.page.locator(".cw-note", has_text="Two documents in force do not agree")).to_be_visible()
    expect(auditor.page.get_by_text("Hash: ")).to_be_visible()


@pytest.mark.parametrize("record", ["0123456789abcdef", "![x](http://example.invalid/r.png)"])
def test_an_unknown_record_is_said_to_be_unknown(visitor: Visitor, record: str) -> None:
    visitor.open(f"/log?record={record}")
    expect(visitor.page.get_by_text("is on the log, or it is not for you.")).to_contain_text(record)
    expect(visitor.page.get_by_role("button", name="Back to the log")).to_be_visible()
    expect(visitor.page.get_by_text("Traceback")).to_have_count(0)


def test_an_auditor_takes_the_log_out_and_checks_it_without_the_program(
    auditor: Visitor, incident: Told, tmp_path: Path
) -> None:
    auditor.unfold("Export and checkpoint")
    with auditor.page.expect_download() as waiting:
        auditor.page.get_by_role("button", name="Archive (JSON lines)").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        archive.extractall(tmp_path)
    log, checkpoint, key = (tmp_path / name for name in ("log.jsonl", "log.jsonl.checkpoint", "log-key.pub"))
    assert incident.answer in log.read_text("utf-8")
    command = [sys.executable, "-I", VERIFIER, log, "--checkpoint", checkpoint, "--key", key]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert "The log is sound" in told.stdout and "Checkpoints that agree: 1" in told.stdout


def test_who_asked_keeps_a_receipt(visitor: Visitor, incident: Told, tmp_path: Path) -> None:
    visitor.open(f"/log?record={incident.answer}")
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name="Keep a receipt").click()
    told = subprocess.run(
        [sys.executable, "-I", VERIFIER, waiting.value.path()], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0
    assert "The receipt is sound" in told.stdout
