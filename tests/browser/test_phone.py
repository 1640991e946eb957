"""On a phone no page scrolls sideways."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, App, Arrival, Told, Visitor

pytestmark = pytest.mark.browser
SIDEWAYS = """() => [...document.querySelectorAll('*')].filter(
    part => part.scrollWidth > part.clientWidth + 1
        && (part === document.documentElement
            || ['auto', 'scroll'].includes(getComputedStyle(part).overflowX))
        && !part.closest('pre')
        && part.clientWidth > 100
).map(part => `${part.tagName} ${part.dataset.testid}: ${part.scrollWidth} in ${part.clientWidth}`)"""
"""What can be scrolled sideways; code, which keeps its lines, may."""


def landmark(visitor: Visitor, page: str) -> Locator:
    """What shows that a page is drawn to its end."""
    return {
        "ask": visitor.page.get_by_role("button", name="What does A.6.2.8 require?"),
        "answer": visitor.page.get_by_role("link", name="link to this answer"),
        "source": visitor.dialog.get_by_role("img", name="Page 1 of the document"),
        "library": visitor.page.get_by_text("ISO/IEC 42001:2023, structure and terms"),
        "log": visitor.page.get_by_role("button", name="Open").nth(1),
        "record": visitor.page.get_by_text("The record as it was written"),
    }[page]


@pytest.mark.parametrize("page", ["ask", "answer", "source", "library", "log", "record"])
def test_no_page_scrolls_sideways(app: App, incident: Told, arrival: Arrival, page: str) -> None:
    address = {
        "ask": "/",
        "answer": f"/?answer={incident.answer}",
        "source": f"/?answer={incident.answer}&source={incident.answer}.0",
        "library": "/library",
        "log": "/log",
        "record": f"/log?record={incident.answer}",
    }[page]
    visitor = arrival(app, PHONE).open(address)
    expect(landmark(visitor, page)).to_be_visible()
    assert visitor.page.evaluate(SIDEWAYS) == []
