"""Errors of `knowledge`: each names the thing, what was wrong, and what to do next."""

from __future__ import annotations


class KnowledgeError(Exception):
    """Base of every error that a user may read."""


class LoadError(KnowledgeError):
    """A file cannot be read as a document."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        """Keep the parts, so that a page can show them apart."""
        super().__init__(f"{file}: {problem}. {remedy}")
        self.file, self.problem, self.remedy = file, problem, remedy


class UnknownRequirement(KnowledgeError):
    """A clause, control or obligation id that ISO/IEC 42001 does not have."""


class UnknownDocument(KnowledgeError):
    """No document of this id is in the library, or not for the person who asks."""

    @classmethod
    def named(cls, document: str) -> UnknownDocument:
        """The error for a document that is not there, or not for who names it."""
        return cls(f"No document {document!r} is in the library. `clausewise library` lists them.")


class IndexBusy(KnowledgeError):
    """Another process owns the vector store."""


class ModelDamaged(KnowledgeError):
    """The embedding model's weights are missing or not the ones that were measured."""


class EntailmentUnusable(KnowledgeError):
    """The entailment model is not on this machine, or does not say which of its labels means entailment."""
