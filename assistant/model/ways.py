"""Ways of holding a model to a shape: a tool that it must call, a JSON schema, or words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from assistant.model.asked import Message, Shape
from assistant.settings import ModelOutput

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

Way = Literal["tools", "json", "text"]


def ways(output: ModelOutput, provider: str) -> tuple[Way, ...]:
    """The ways to try, the best first.

    Ollama holds a model to a JSON schema letter by letter and streams it; a tool call it tells at the
    end only, and nothing makes a model call the tool.
    """
    if output != "auto":
        return (output,)
    return ("json", "tools", "text") if provider == "ollama" else ("tools", "json", "text")


def held(model: BaseChatModel, way: Way, shape: Shape | None, provider: str) -> Runnable[Any, Any]:
    """The model, held to a shape in one way."""
    if shape is None or way == "text":
        return model
    schema = dict(shape.schema)
    if way == "tools":
        parameters = {"name": shape.name, "description": shape.description, "parameters": schema}
        return model.bind_tools([{"type": "function", "function": parameters}], tool_choice=shape.name)
    if provider == "ollama":
        return model.bind(format=schema)
    wanted = {
        "type": "json_schema",
        "json_schema": {"name": shape.name, "description": shape.description, "schema": schema},
    }
    if provider == "openai":  # as an argument it would go by another way, which parses the answer itself
        return model.bind(extra_body={"response_format": wanted})
    return model.bind(response_format=wanted)


def conversation(
    system: str, messages: Sequence[Message], way: Way, shape: Shape | None
) -> list[BaseMessage]:
    """The messages as LangChain has them. A tool tells its shape; a schema holds the model to one that it has
    not read, so that words tell it there too."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    said = f"{system}\n\n{shape.in_words()}" if shape is not None and way != "tools" else system
    turns = [
        HumanMessage(message.text) if message.role == "user" else AIMessage(message.text)
        for message in messages
    ]
    return [SystemMessage(said), *turns]
