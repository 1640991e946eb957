"""Split: passages lose nothing, overlap nowhere, cross no heading and fit the model's window."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.formats import plain
from knowledge.models import Block, LoadedDocument
from knowledge.pages import page_of
from knowledge.sentences import sentences
from knowledge.split import WINDOW, split

WORDS = st.lists(st.text("abcdefgh.;:,()\n 0123", min_size=1, max_size=60), min_size=1, max_size=20)

ROLES = st.sampled_from(["heading", "paragraph", "item", "unit"])


def count(text: str) -> int:
    return len(text.split())


def document(parts: list[tuple[str, str]]) -> LoadedDocument:
    text, blocks = "", []
    for role, words in parts:
        blocks.append(Block(role, len(text), len(text) + len(words), level=1))  # type: ignore[arg-type]
        text += words + "\n\n"
    return LoadedDocument(text, tuple(blocks), "T", "text/plain")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["heading", "paragraph", "item", "unit"]), st.text(min_size=1, max_size=400)
        ),
        max_size=12,
    )
)
@settings(deadline=None)
def test_every_character_of_a_block_is_in_exactly_one_passage(parts: list[tuple[str, str]]) -> None:
    loaded = document(parts)
    passages = split(loaded, count, window=20)
    held = [0] * len(loaded.text)
    for passage in passages:
        assert passage.start < passage.end
        for i in range(passage.start, passage.end):
            held[i] += 1
    assert max(held, default=0) <= 1
    for block in loaded.blocks:
        if block.role != "heading":
            for i in range(block.start, block.end):
                assert held[i] == 1 or loaded.text[i].isspace()


@given(WORDS)
@settings(deadline=None)
def test_passages_fit_the_window(words: list[str]) -> None:
    loaded = document([("paragraph", " ".join(words * 10))])
    longest = max((count(w) for w in " ".join(words).split()), default=1)
    for passage in split(loaded, count, window=15):
        assert count(loaded.text[passage.start : passage.end]) <= max(15, longest)


def test_no_passage_crosses_a_heading_and_each_carries_its_path() -> None:
    loaded = document([("heading", "One"), ("paragraph", "a"), ("heading", "Two"), ("paragraph", "b")])
    found = [(loaded.text[p.start : p.end], p.section) for p in split(loaded, count)]
    assert found == [("a", ("One",)), ("b", ("Two",))]


def test_a_unit_stands_alone() -> None:
    loaded = document([("unit", "a"), ("unit", "b"), ("paragraph", "c")])
    assert [loaded.text[p.start : p.end] for p in split(loaded, count)] == ["a", "b", "c"]


def test_real_word_pieces_fit_the_model(encoder) -> None:
    loaded_text = "Records of processing shall be kept for at least six months. " * 200
    builder = plain.parse(loaded_text).builder
    loaded = LoadedDocument(builder.text, tuple(builder.blocks), "T", "text/plain")
    for passage in split(loaded, encoder.count):
        assert encoder.count(loaded.text[passage.start : passage.end]) <= WINDOW


@given(st.text(max_size=300))
def test_sentences_hold_every_character_once(text: str) -> None:
    spans = sentences(text)
    held = [False] * len(text)
    for start, end in spans:
        assert start < end
        for i in range(start, end):
            assert not held[i]
            held[i] = True
    assert all(h or c.isspace() for h, c in zip(held, text, strict=True))


def test_abbreviations_and_clause_numbers_end_no_sentence() -> None:
    text = "See Art. 14 and clause 6.1.2 for more, e.g. logs. Then stop."
    assert [text[a:b] for a, b in sentences(text)] == [
        "See Art. 14 and clause 6.1.2 for more, e.g. logs.",
        "Then stop.",
    ]


@given(
    st.lists(st.tuples(ROLES, st.text("ab. \n", min_size=1, max_size=200)), max_size=8),
    st.lists(st.integers(1, 900), max_size=6, unique=True),
)
@settings(deadline=None)
def test_a_passage_leaves_its_page_in_the_middle_of_a_sentence_only(
    parts: list[tuple[str, str]], turns: list[int]
) -> None:
    loaded = replace(document(parts), pages=(0, *sorted(turns)))
    for passage in split(loaded, count, window=20):
        page = page_of(loaded.pages, passage.start)
        block = next(b for b in loaded.blocks if b.start <= passage.start < b.end)
        if block.end >= passage.end and block.role != "heading":
            whole = sentences(loaded.text[block.start : block.end].rstrip())
            begun = [a + block.start for a, _ in whole if passage.start < a + block.start < passage.end]
            assert {page_of(loaded.pages, a) for a in begun} <= {page}


def test_a_paragraph_that_turns_the_page_is_parted_at_a_sentence() -> None:
    text = "Logs are kept for six months. They are kept by the operator. Nobody changes them."
    turn = text.index("kept by")
    block = Block("paragraph", 0, len(text))
    loaded = LoadedDocument(text, (block,), "T", "application/pdf", pages=(0, turn))
    first, second = (text[p.start : p.end] for p in split(loaded, count))
    assert first == "Logs are kept for six months. They are kept by the operator."
    assert second == "Nobody changes them."
