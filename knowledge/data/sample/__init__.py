"""The sample organisation: twelve documents, built by `build` from the Markdown in `sources`."""

from pathlib import Path

FILES = Path(__file__).parent / "files"


def sample_files() -> list[Path]:
    """The documents as an organisation would add them: PDF, DOCX and Markdown."""
    return sorted(path for path in FILES.rglob("*") if path.is_file())
