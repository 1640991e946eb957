"""Start: the page is there before the language model is, and takes a question at once."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MODEL_SECONDS, App, Arrival, citation, running

pytestmark = pytest.mark.browser
PAINTED_SECONDS = 30
"""From the start of the process; about 5 on an idle machine, most of it Python's imports."""


@pytest.fixture
def fresh_app(sample_template: Path, tmp_path: Path) -> Iterator[App]:
    """An app that has only just been started, and ends after the windows in front of it."""
    with running(sample_template, tmp_path) as started:
        started.wait()
        yield started


def test_the_page_paints_and_takes_a_question_before_the_model_is_loaded(
    fresh_app: App, arrival: Arrival
) -> None:
    visitor = arrival(fresh_app).open()
    ready = visitor.page.get_by_text("Search is ready.")
    expect(visitor.heading("Ask")).to_be_visible()
    expect(visitor.input).to_be_editable()
    assert not ready.is_visible()
    assert time.monotonic() - fresh_app.began < PAINTED_SECONDS
    answer = visitor.ask("What does A.6.2.8 require?")
    expect(citation(answer, 1)).to_be_visible()
    expect(ready).to_be_visible(timeout=MODEL_SECONDS * 1000)
