"""Roles: what is restricted is not listed, answered or opened for those who may not see it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Arrival, Visitor, answer_id, citation

pytestmark = pytest.mark.browser
RESTRICTED = "Investigation Report on the Credit Pre-check"
QUESTION = "What did the investigation of the credit pre-check find about postal areas?"
FOUND = "turned down applicants from two postal areas"
HIDDEN = "is on the log, or it is not for you."


def test_a_restricted_document_is_listed_to_an_auditor_and_not_to_an_employee(visitor: Visitor) -> None:
    visitor.open("/library")
    listed = visitor.page.get_by_text(RESTRICTED, exact=True)
    expect(visitor.page.get_by_text("Supplier AI Policy", exact=True)).to_be_visible()
    expect(listed).to_have_count(0)
    visitor.choose("Auditor")
    expect(listed).to_be_visible()
    visitor.choose("Employee")
    expect(listed).to_have_count(0)


def test_an_employee_is_not_answered_from_a_restricted_document(visitor: Visitor) -> None:
    answer = visitor.open().ask(QUESTION)
    expect(answer).not_to_contain_text(RESTRICTED)
    expect(answer).not_to_contain_text(FOUND)


def test_another_roles_answers_leave_no_trace_until_that_role_is_chosen(visitor: Visitor) -> None:
    visitor.open().choose("Auditor")
    answer = visitor.ask(QUESTION)
    expect(answer).to_contain_text(FOUND)
    visitor.choose("Employee")
    expect(visitor.page.get_by_role("button", name="Which AI tools")).to_be_visible()  # as if new
    expect(visitor.answers).to_have_count(0)
    expect(visitor.page.get_by_text(FOUND)).to_have_count(0)
    visitor.choose("Auditor")
    expect(visitor.answers).to_contain_text(FOUND)


def test_a_reload_keeps_the_role_and_its_answers(visitor: Visitor) -> None:
    visitor.open().choose("Auditor")
    visitor.ask(QUESTION)
    visitor.page.reload()
    expect(visitor.answers).to_contain_text(FOUND)
    expect(visitor.role).to_have_value("Auditor")


def test_a_link_does_not_show_another_roles_answer_source_or_record(
    app: App, arrival: Arrival, elsewhere: Arrival
) -> None:
    auditor = arrival(app).open()
    auditor.choose("Auditor")
    answer = auditor.ask(QUESTION)
    expect(citation(answer, 1)).to_be_visible()
    expect(answer).to_contain_text(RESTRICTED)
    link = answer_id(answer)
    employee = elsewhere(app)
    for place in (f"/?answer={link}", f"/log?record={link}", f"/?source={link}.0", f"/log?source={link}.0"):
        employee.open(place)
        expect(employee.page.get_by_text(HIDDEN).first).to_be_visible()
        expect(employee.page.get_by_text(FOUND)).to_have_count(0)
