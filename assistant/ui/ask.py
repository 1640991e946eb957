"""Ask: a conversation, each answer with numbered citations that open their source."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant import reading, switches
from assistant.ask import stream
from assistant.errors import AssistantError, UnknownRecord
from assistant.models import Answer, Question
from assistant.standing import State
from assistant.switches import Mode
from assistant.told import Told
from assistant.ui.answer import show
from assistant.ui.markup import block, claim, newest, notice, plain
from assistant.ui.session import embedder, home, person
from assistant.ui.source import show_open_source
from assistant.whereabouts import destination
from assistant.wording import labels, places
from knowledge.errors import KnowledgeError

EXAMPLES = (
    "Which AI tools am I allowed to use?",
    "By when do I have to report an AI incident?",
    "What does A.6.2.8 require?",
)
_PICKED = "picked"


def page() -> None:
    """Draw the page."""
    embedder()
    st.title("Ask")
    answer = st.query_params.get("answer")
    entries = _linked(answer) if answer else _conversation()
    for told in entries:
        with st.container(key=f"turn-{told.entry.id}"):
            _turn(told, last=told is entries[-1])
    if entries:
        newest(entries[-1].entry.id)
        st.button("New conversation", icon=":material/add:", on_click=_begin)
    off = switches.now(home()).mode is Mode.OFF
    if off:
        notice(f"The assistant is switched off. {switches.now(home()).message}", "alert")
    with st.bottom:  # not pinned by itself, since that scrolls an answer to its end
        st.caption(plain(destination(home())))
        asked = st.chat_input("Ask about your AI policies or ISO/IEC 42001", max_chars=4000, disabled=off)
    asked = st.session_state.pop(_PICKED, None) or asked
    if not entries:
        welcome = st.empty()
        with welcome.container():
            asked = _welcome() or asked
        if asked:
            welcome.empty()
    if asked:
        _answer(asked)
    show_open_source()


def _welcome() -> str | None:
    st.write(
        "Every sentence of an answer opens the exact passage it comes from. When the sources hold "
        "no answer, you are told so, and whom to ask."
    )
    for example in EXAMPLES:
        if st.button(example, key=f"example-{example}"):
            return example
    _news()
    return None


def _news() -> None:
    """What reviewers lately made of this person's own questions."""
    found = reading.news(home(), person())
    if not found:
        return
    block("News on your questions", "group")
    for told in found:
        became = (
            "Rejected" if told.state is State.REJECTED else "Corrected" if told.correction else "Released"
        )
        asked = plain(told.entry.personal.get("question", "[erased]"))
        args = (told.answer.id,)
        name = f"news-{told.answer.id}"
        st.button(f"{became}: {asked}", key=name, type="tertiary", on_click=_open, args=args, wrap=True)


def _open(answer: str) -> None:
    st.query_params["answer"] = answer


def _linked(answer: str) -> Sequence[Told]:
    """The conversation of an answer that the address names."""
    try:
        conversation = reading.answer(home(), person(), answer).answer.conversation
    except UnknownRecord as error:
        notice(str(error), "alert")
        return []
    st.query_params["conversation"] = conversation
    return _conversation()


def _conversation() -> Sequence[Told]:
    name = st.query_params.get("conversation")
    if not name:
        return []
    return reading.conversation(home(), person(), name)


def _turn(told: Told, last: bool) -> None:
    with st.chat_message("user"):
        block(told.entry.personal.get("question", "[erased]"), "claim")
    with st.chat_message("assistant"):
        show(told, _pick if last else None)


def _pick(question: str) -> None:
    st.session_state[_PICKED] = question


def _begin() -> None:
    for name in ("conversation", "answer", "source"):
        st.query_params.pop(name, None)


def _answer(text: str) -> None:
    """Ask, and draw the page again from the log; an error shows no answer."""
    with st.chat_message("user"):
        block(text, "claim")
    conversation = st.query_params.get("conversation")
    who = person()
    asked = Question(text=text, role=who.role, person=who.id, via=who.via, conversation=conversation)
    try:
        with st.chat_message("assistant"):
            given = _streamed(asked)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    st.query_params.pop("answer", None)
    st.query_params["conversation"] = given.conversation
    st.rerun()


def _streamed(asked: Question) -> Answer:
    """Draw each claim as soon as it is on the log; returns the answer, which is then drawn as a whole."""
    said = st.container(key="being-said")
    wording = " and wording the answer" if home().chat else ""
    with st.spinner(f"Searching the sources{wording} …"):
        for part in stream(home(), asked):
            if isinstance(part, Answer):
                return part
            with said:
                claim(part.claim.text, labels(part.claim), places(part.claim))
    raise AssertionError("an answer ends every stream")
