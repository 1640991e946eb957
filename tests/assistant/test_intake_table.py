"""The table of the intake form: drawing it never writes over what somebody else saved."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    import streamlit as st

    from assistant.drafting.intake import Given
    from assistant.ui import manuscript

    intake_form = manuscript.intake_form

    def save(name: str, question: Any, value: Any, found: Any = None) -> None:
        st.session_state["saved"] = [*st.session_state.get("saved", []), value]

    held, rows = SimpleNamespace(id="m"), st.session_state.get("stored", (("ours", "1"),))
    question = SimpleNamespace(id="q", columns=("What", "Count"), help="", question="What?")
    intake_form._save = save
    intake_form._table(cast("Any", held), cast("Any", question), Given(rows=rows), "What?")


def test_rows_that_somebody_else_saved_meanwhile_are_shown_and_stay() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    app.session_state["stored"] = (("theirs", "2"),)
    app.run().run()
    assert not app.exception
    assert "saved" not in app.session_state
    assert app.dataframe[0].value.to_numpy().tolist() == [["theirs", "2"]]
