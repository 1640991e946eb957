"""Settings: every one of them can be set where people set them, in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from assistant.settings import Settings

SET: dict[str, tuple[str, Any]] = {
    "home": ("/tmp/elsewhere", Path("/tmp/elsewhere")),
    "database": ("postgresql+psycopg://db/ours", "postgresql+psycopg://db/ours"),
    "embedding_model": ("some-model", "some-model"),
    "whom_to_ask": ("the AI office", "the AI office"),
    "model": ("ollama:qwen3:8b", "ollama:qwen3:8b"),
    "model_url": ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
    "model_key": ("hush", SecretStr("hush")),
    "model_hosted": ("true", True),
    "model_output": ("json", "json"),
    "model_context": ("4096", 4096),
    "model_answer_tokens": ("512", 512),
    "model_seconds": ("12.5", 12.5),
    "model_retries": ("0", 0),
    "model_per_minute": ("10", 10),
    "model_tokens_per_day": ("200000", 200_000),
    "entailment_model": ("/models/nli", "/models/nli"),
    "entailment_threshold": ("0.8", 0.8),
    "judge_model": ("ollama:qwen3:8b", "ollama:qwen3:8b"),
    "judge_url": ("http://127.0.0.1:8081/v1/", "http://127.0.0.1:8081/v1"),
    "judge_key": ("whisper", SecretStr("whisper")),
    "judge_hosted": ("true", True),
    "judge_seconds": ("4.5", 4.5),
    "review_sample": ("0.25", 0.25),
    "review_days": ("9", 9),
    "claim_minutes": ("15", 15),
    "reviewers": ("2", 2),
    "draft_approvals": ("3", 3),
    "port": ("8600", 8600),
    "address": ("0.0.0.0", "0.0.0.0"),
    "public_url": ("https://ai.example.org", "https://ai.example.org"),
    "sign_in": ("accounts", "accounts"),
    "session_hours": ("8", 8),
    "oidc_metadata_url": ("https://id.example.org/c", "https://id.example.org/c"),
    "oidc_client_id": ("clausewise", "clausewise"),
    "oidc_client_secret": ("quiet", SecretStr("quiet")),
    "oidc_cookie_secret": ("still", SecretStr("still")),
    "oidc_scope": ("openid groups", "openid groups"),
    "oidc_person_claim": ("employee_number", "employee_number"),
    "oidc_roles_claim": ("roles", "roles"),
    "oidc_role_groups": ('{"r": "reviewer"}', {"r": "reviewer"}),
    "checkpoint_to": ("/tmp/kept", Path("/tmp/kept")),
    "checkpoint_hours": ("6", 6),
    "legal_floor_days": ("365", 365),
    "retention_days": ("400", 400),
}


def test_no_setting_is_left_out() -> None:
    assert SET.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", SET)
def test_a_setting_is_read_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed, meant = SET[name]
    monkeypatch.setenv(f"CLAUSEWISE_{name.upper()}", typed)
    assert getattr(Settings(), name) == meant


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("reviewers", "3"),
        ("review_sample", "1.5"),
        ("retention_days", "100"),
        ("sign_in", "both"),
        ("model", "gpt-4.1"),
        ("model", "openai:"),
        ("model_url", "127.0.0.1:8080"),
        ("model_url", "https://user:hush@ai.example.org"),
        ("model_output", "xml"),
        ("model_answer_tokens", "5000"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(name: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CLAUSEWISE_{name.upper()}", typed)
    with pytest.raises(ValidationError):
        Settings()
