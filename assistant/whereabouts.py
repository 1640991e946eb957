"""Where the words of a question and of documents go, in one sentence for whoever asks."""

from assistant.home import Home
from assistant.switches import Mode, now


def destination(home: Home) -> str:
    """What happens to a question's words now: they stay here, or a language model gets them, and where."""
    chat = home.chat
    if chat is None:
        return "No language model: answers are quotes, and nothing leaves this machine."
    if now(home).mode is Mode.QUOTES:
        return "The language model is switched off: answers are quotes, and nothing leaves this machine."
    if not chat.hosted:
        return f"Answers are worded by {chat.name} on this machine; nothing leaves it."
    return (
        f"Answers are worded by {chat.name}: your question and the passages found for it go to "
        f"{chat.destination}."
    )


def of_section(home: Home) -> str:
    """What happens to a section's words when a language model rewords it; empty where there is none."""
    chat = home.chat
    if chat is None:
        return ""
    if now(home).mode is not Mode.ON:
        return "The language model is switched off: sections stay as they are."
    judges = [gate.told for gate in home.gates if gate.hosted]
    looks = f" What it writes goes to the {'; and to the '.join(judges)}." if judges else ""
    if not chat.hosted:
        stays = "" if judges else "; nothing leaves it"
        return f"Reworded by {chat.name} on this machine{stays}.{looks}"
    return (
        f"Reworded by {chat.name}: the section, the answers behind it and passages of your documents go to "
        f"{chat.destination}.{looks}"
    )
