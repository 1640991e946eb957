"""Attacks on the assistant, and a judge of its own that says which of them got through."""
