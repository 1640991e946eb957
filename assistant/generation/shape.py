"""The shape in which a model returns claims: quotes first, then the sentence that rests on them."""

from collections.abc import Mapping
from typing import Any

from assistant.model.asked import Shape


def claims(description: str, most: int) -> Shape:
    """At most so many sentences, each with its quotes."""
    return Shape(name="claims", description=description, schema=_schema(most))


def _schema(most: int) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": {
            "claims": {
                "type": "array",
                "maxItems": most,
                "items": {
                    "type": "object",
                    "properties": {
                        "quotes": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 4,
                            "items": {
                                "type": "object",
                                "properties": {
                                    "passage": {"type": "integer"},
                                    "quote": {"type": "string"},
                                },
                                "required": ["passage", "quote"],
                                "additionalProperties": False,
                            },
                        },
                        "text": {"type": "string"},
                    },
                    "required": ["quotes", "text"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["claims"],
        "additionalProperties": False,
    }


CLAIMS = claims(
    "The claims that answer the question, each with the quotes that prove it; none when the passages do not "
    "answer.",
    most=8,
)
