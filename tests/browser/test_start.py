"""Start: the page is there before the language model is, and takes a question at once."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MODEL_SECONDS, Arrival, citation, running

pytestmark = pytest.mark.browser
PAINTED_SECONDS = 30
"""From the start of the process; about 5 on an idle machine, most of it Python's imports."""


def test_the_page_paints_and_takes_a_question_before_the_model_is_loaded(
    sample_template: Path, tmp_path: Path, arrival: Arrival
) -> None:
    with running(sample_template, tmp_path) as fresh:
        fresh.wait()
        visitor = arrival(fresh).open()
        ready = visitor.page.get_by_text("Search is ready.")
        expect(visitor.heading("Ask")).to_be_visible()
        expect(visitor.input).to_be_editable()
        assert not ready.is_visible()
        assert time.monotonic() - fresh.began < PAINTED_SECONDS
        answer = visitor.ask("What does A.6.2.8 require?")
        expect(citation(answer, 1)).to_be_visible()
        expect(ready).to_be_visible(timeout=MODEL_SECONDS * 1000)
