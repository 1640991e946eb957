"""What `doctor` says of the language model. It asks it nothing, unless `--try` has it do so."""

from __future__ import annotations

from time import perf_counter

from assistant import switches
from assistant.errors import ModelFailed
from assistant.home import Home
from assistant.whereabouts import destination


def answers(home: Home) -> tuple[bool, str]:
    """Who words answers, and where text goes for it."""
    return True, destination(home)


def model(home: Home) -> tuple[bool, str]:
    """Which model is configured, where it is, and how it is asked."""
    chat = home.chat
    if chat is None:
        return True, "none is configured (CLAUSEWISE_MODEL)"
    key = "key set" if chat.keyed else "no key"
    return True, (
        f"{chat.name} at {chat.destination}; {key}; {chat.context:,} tokens, {chat.answer_tokens:,} of them "
        f"for the answer; asked by {', else by '.join(chat.ways)}; {chat.seconds:g} seconds"
    )


def use(home: Home) -> tuple[bool, str]:
    """What of today's budget is used."""
    chat = home.chat
    if chat is None:
        return True, "none"
    used, limit = chat.budget.used(), chat.budget.tokens_per_day
    left = limit is None or used.tokens < limit
    of = "" if limit is None else f" of {limit:,}"
    rest = "" if left else "; no more until tomorrow"
    return left, f"requests today: {used.requests:,}; tokens: {used.tokens:,}{of}{rest}"


def tried(home: Home) -> tuple[bool, str]:
    """Ask the model for one word and say how long it took, or why there was none."""
    from assistant.model.asked import Message

    chat = home.chat
    if chat is None:
        return False, "no model is configured (CLAUSEWISE_MODEL)"
    if switches.now(home).mode is not switches.Mode.ON:
        return True, "not asked: an administrator has switched to quotes only, or off"
    ask = Message("user", "Reply with the one word: ready")
    begun = perf_counter()
    try:
        pieces = chat.stream("This is a test of the connection.", [ask], None, chat.seconds)
        next(pieces)
        first = perf_counter() - begun
        for _ in pieces:
            pass
    except ModelFailed as error:
        return False, f"{error} ({_ms(perf_counter() - begun)})"
    return True, f"first words after {_ms(first)}, all after {_ms(perf_counter() - begun)}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
