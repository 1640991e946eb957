"""Texts in memory: what SQL has, no more than is allowed, and nothing of a version that is gone."""

import pytest

from assistant.home import Home
from knowledge import library
from knowledge.errors import UnknownDocument
from knowledge.texts import Texts


def lengths(home: Home) -> dict[str, int]:
    with home.database.read() as connection:
        return {v.id: len(library.text_of(connection, v.id)) for v in library.all_versions(connection)}


def test_a_text_is_that_of_the_library_each_time(bare: Home) -> None:
    texts = Texts()
    with bare.database.read() as connection:
        for version in [*lengths(bare), *lengths(bare)]:
            assert texts.of(connection, version) == library.text_of(connection, version)


def test_the_least_recently_used_make_room(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (first, one), (second, other), *_ = lengths(bare).items()
    texts, read = Texts(one + other - 1), []
    text_of = library.text_of
    monkeypatch.setattr(library, "text_of", lambda c, v: read.append(v) or text_of(c, v))
    with bare.database.read() as connection:
        for version in (first, first, second, second, first):
            texts.of(connection, version)
    assert read == [first, second, first]


def test_a_text_that_is_too_long_displaces_none(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    short, long, *_ = sorted(lengths(bare).items(), key=lambda item: item[1])
    assert short[1] < long[1]
    texts, read = Texts(short[1]), []
    text_of = library.text_of
    monkeypatch.setattr(library, "text_of", lambda c, v: read.append(v) or text_of(c, v))
    with bare.database.read() as connection:
        for version in (short[0], long[0], short[0], long[0]):
            texts.of(connection, version)
    assert read == [short[0], long[0], long[0]]


def test_a_version_that_is_not_there_is_an_error(bare: Home) -> None:
    with bare.database.read() as connection, pytest.raises(UnknownDocument):
        Texts().of(connection, "none")
