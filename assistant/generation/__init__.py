"""Answers that a language model words: passages go in as data, claims with quotes come out."""
