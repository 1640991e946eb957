"""Library: files are added with a result each, documents leave use and return to it at once."""

import json
import re
import time

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.conftest import MODEL_SECONDS, App, Arrival, Visitor, answer_id, citation

pytestmark = pytest.mark.browser
SUPPLIER = "Supplier AI Policy"
ON_EXIT = "Within how many days does a supplier delete its copies of our data on exit?"
OVERSEER = "Which course does an overseer complete before supervising an AI decision tool?"
OVERSIGHT = "Human Oversight Standard"
IMAGE = "<img src=http://example.invalid/x onerror=\"document.title='taken'\">"
PICTURE = "![x](http://example.invalid/y.png)"
SCRIPT = "<script>document.title='taken'; fetch('http://example.invalid/z')</script>"
LIVE = "[src*='example.invalid'], [href*='example.invalid'], [onerror]"
"""Parts of a page that came alive out of a document's text."""


@pytest.fixture
def keeper(arrival: Arrival, changing_app: App) -> Visitor:
    """An administrator in front of the app whose library the tests change."""
    visitor = arrival(changing_app).open()
    visitor.choose("Administrator")
    return visitor


def payload(name: str, text: str | bytes) -> FilePayload:
    data = text.encode() if isinstance(text, str) else text
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def add(keeper: Visitor, *files: FilePayload) -> None:
    keeper.go("Library").unfold("Add documents")
    keeper.page.locator("input[type=file]").set_input_files(files)
    for file in files:
        expect(keeper.page.get_by_role("button", name=f"Remove {file['name']}", exact=True)).to_be_visible()
    keeper.page.get_by_role("button", name="Add to the library").click()


def embedded(app: App) -> None:
    """Until every passage has its vector: before that, questions are answered by keywords alone."""
    until = time.monotonic() + MODEL_SECONDS
    while time.monotonic() < until:
        checks = json.loads(app.command("doctor", "--json"))
        (told,) = (check["found"] for check in checks if check["check"] == "index")
        if re.search(r"\b(\d+) of \1 embedded", told):
            return
    pytest.fail(told)


def row(keeper: Visitor, title: str) -> Locator:
    """The only document that the list shows once it is looked for."""
    keeper.go("Library").page.get_by_role("textbox", name="Find a document").fill(title)
    keeper.page.keyboard.press("Enter")
    expect(keeper.page.get_by_text(re.compile(r"^1 of \d+ documents"))).to_be_visible()
    keeper.idle()
    return keeper.page.get_by_role("main")


def test_each_file_of_an_upload_has_its_result_and_the_next_question_finds_it(keeper: Visitor) -> None:
    rule = "# Greenhouse Robots\n\nDelivery robots may enter the greenhouse only through gate nine.\n"
    add(keeper, payload("greenhouse.md", rule), payload("broken.pdf", b"%PDF-1.7\nnot a PDF"))
    expect(keeper.page.get_by_role("status")).to_contain_text("greenhouse.md: stored")
    expect(keeper.page.get_by_role("alert")).to_contain_text(re.compile(r"^broken\.pdf: it .+\. \w+"))
    embedded(keeper.app)
    answer = keeper.go("Ask").ask("Through which gate may delivery robots enter the greenhouse?")
    expect(answer).to_contain_text("only through gate nine")
    citation(answer, 1).click()
    expect(keeper.dialog.locator("mark")).to_contain_text("only through gate nine")
    expect(keeper.dialog).to_contain_text("greenhouse.md")


def test_a_changed_file_is_a_new_version_and_the_answer_follows(keeper: Visitor) -> None:
    for gate, became in (("two", "stored,"), ("seven", "stored as version 2,")):
        add(keeper, payload("hall.md", f"# Hall Robots\n\nCleaning robots leave the hall by gate {gate}.\n"))
        expect(keeper.page.get_by_role("status")).to_contain_text(f"hall.md: {became}")
        embedded(keeper.app)
        answer = keeper.go("Ask").ask("By which gate do cleaning robots leave the hall?")
        expect(answer).to_contain_text(f"by gate {gate}")
    expect(answer).not_to_contain_text("by gate two")
    expect(row(keeper, "Hall Robots")).to_contain_text("version 2")


def test_withdrawing_asks_first_and_reinstating_undoes_it(keeper: Visitor) -> None:
    expect(keeper.go("Ask").ask(ON_EXIT)).to_contain_text(f"{SUPPLIER}, 3 What the contract must say")
    found = row(keeper, SUPPLIER)
    withdraw = found.get_by_role("button", name="Withdraw", exact=True)
    withdraw.click()
    expect(keeper.dialog).to_contain_text(SUPPLIER)
    keeper.page.keyboard.press("Escape")
    expect(keeper.dialog).to_have_count(0)
    expect(found).to_contain_text("in force")

    withdraw.click()
    keeper.dialog.get_by_role("button", name="Withdraw it").click()
    expect(found.get_by_role("button", name="Reinstate")).to_be_visible()
    expect(found).to_contain_text("withdrawn")
    expect(keeper.go("Ask").ask(ON_EXIT)).not_to_contain_text(SUPPLIER)

    row(keeper, SUPPLIER).get_by_role("button", name="Reinstate").click()
    expect(withdraw).to_be_visible()
    expect(keeper.go("Ask").ask(ON_EXIT)).to_contain_text(f"{SUPPLIER}, 3 What the contract must say")


def test_a_document_is_kept_from_hosted_models_and_that_is_undone(keeper: Visitor) -> None:
    found = row(keeper, SUPPLIER)
    keep = found.get_by_role("button", name="Keep from hosted models")
    keep.click()
    expect(found).to_contain_text("never to a hosted model")
    found.get_by_role("button", name="Allow hosted models").click()
    expect(keep).to_be_visible()
    expect(found).not_to_contain_text("never to a hosted model")
    keeper.choose("Employee")
    expect(keep).to_have_count(0)


def test_a_withdrawal_on_the_command_line_holds_for_the_next_answer(
    keeper: Visitor, changing_app: App
) -> None:
    told = row(keeper, OVERSIGHT).inner_text()
    document = re.search(r"human-oversight-standard-[0-9a-f]{6}", told)
    assert document, told
    expect(keeper.go("Ask").ask(OVERSEER)).to_contain_text(f"{OVERSIGHT}, 6 Training")
    assert "withdrawn" in changing_app.command("withdraw", document.group())
    expect(keeper.ask(OVERSEER)).not_to_contain_text(OVERSIGHT)
    expect(row(keeper, OVERSIGHT)).to_contain_text("withdrawn")


def test_markup_in_a_file_name_and_a_title_is_text(keeper: Visitor) -> None:
    name = "![x](http://example.invalid/n.png)<img src=x>.md"
    add(keeper, payload(name, f"# Cellar Robots `{PICTURE}` \\{IMAGE}\n\nCellar robots are green.\n"))
    told = keeper.page.get_by_role("status")
    expect(told).to_contain_text(f"{name}: stored")
    expect(told).to_contain_text(f"Cellar Robots {PICTURE} {IMAGE}")
    expect(told.get_by_role("link")).to_have_count(0)
    found = row(keeper, "Cellar Robots")
    expect(found).to_contain_text(f"Cellar Robots {PICTURE} {IMAGE}")
    found.get_by_role("button", name="Withdraw", exact=True).click()
    expect(keeper.dialog).to_contain_text(f"Cellar Robots {PICTURE} {IMAGE}")
    expect(keeper.page.locator(LIVE)).to_have_count(0)


def test_markup_in_a_document_is_text_and_causes_no_request(keeper: Visitor) -> None:
    link = "[a link](http://example.invalid/w)"
    text = (
        f"# Warehouse Robots\n\nWarehouse robots carry the sign {IMAGE} and {PICTURE} beside it.\n\n"
        f"Warehouse robots also run `{SCRIPT}` and `{link}` and `{IMAGE}` and `{PICTURE}`.\n\n{SCRIPT}\n"
    )
    add(keeper, payload("warehouse.md", text))
    expect(keeper.page.get_by_role("status")).to_contain_text("warehouse.md: stored")
    embedded(keeper.app)
    answer = keeper.go("Ask").ask("What do warehouse robots also run?")
    expect(answer).to_contain_text(SCRIPT)
    expect(answer).to_contain_text(link)
    citation(answer, 1).click()
    expect(keeper.dialog).to_contain_text(SCRIPT)
    expect(keeper.dialog).to_contain_text(IMAGE)
    expect(keeper.page.locator(LIVE)).to_have_count(0)
    expect(keeper.page).not_to_have_title("taken")

    keeper.open(f"/log?record={answer_id(answer)}&role=Administrator")
    expect(keeper.page.get_by_role("main")).to_contain_text(SCRIPT)
    expect(keeper.page.get_by_text("Hash: ")).to_be_visible()
    expect(keeper.page.locator(LIVE)).to_have_count(0)


def test_what_is_not_in_the_library_is_not_found(keeper: Visitor) -> None:
    keeper.go("Library").page.get_by_role("textbox", name="Find a document").fill("no such thing")
    keeper.page.keyboard.press("Enter")
    expect(keeper.page.get_by_text(re.compile(r"^0 of \d+ documents"))).to_be_visible()
