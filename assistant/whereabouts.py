"""Where the words of a question and of documents go, in one sentence for whoever asks."""

from assistant.home import Home
from assistant.switches import Mode, now


def destination(home: Home) -> str:
    """What happens to a question's words now: they stay here, or a language model gets them, and where."""
    chat = home.chat
    if chat is None:
        return "No language model: answers are quotes, and nothing leaves this machine."
    mode = now(home).mode
    if mode is Mode.OFF:
        return "The assistant is switched off: nothing leaves this machine."
    if mode is Mode.QUOTES:
        return "The language model is switched off: answers are quotes, and nothing leaves this machine."
    if not chat.hosted:
        return _on_this_machine(f"Answers are worded by {chat.name}", _looked_at(home))
    return (
        f"Answers are worded by {chat.name}: your question and the passages found for it go to "
        f"{chat.destination}.{_looked_at(home)}"
    )


def of_section(home: Home) -> str:
    """What happens to a section's words when a language model rewords it; empty where there is none."""
    chat = home.chat
    if chat is None:
        return ""
    if now(home).mode is not Mode.ON:
        return "The language model is switched off: sections stay as they are."
    looks = _looked_at(home)
    if not chat.hosted:
        return _on_this_machine(f"Reworded by {chat.name}", looks)
    return (
        f"Reworded by {chat.name}: the section, the answers behind it and passages of your documents go to "
        f"{chat.destination}.{looks}"
    )


def _on_this_machine(what: str, looks: str) -> str:
    return f"{what} on this machine{'' if looks else '; nothing leaves it'}.{looks}"


def _looked_at(home: Home) -> str:
    """Where else goes what the model writes, for hosted judges of it; empty where there are none."""
    judges = [gate.told for gate in home.gates if gate.hosted]
    return f" What it writes goes to the {'; and to the '.join(judges)}." if judges else ""
