"""Configuration, in one typed place. Every setting is an environment variable CLAUSEWISE_<NAME>."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.embed import DEFAULT
from knowledge.models import Role

SignIn = Literal["switcher", "accounts", "oidc"]
"""How a reader comes to be a person: they choose a role, have an account here, or come from a provider."""


ModelOutput = Literal["auto", "tools", "json", "text"]
"""How a model is held to the shape of an answer."""


class Settings(BaseSettings):
    """What an administrator may set; defaults suit one machine with nothing configured."""

    model_config = SettingsConfigDict(env_prefix="CLAUSEWISE_", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("clausewise", appauthor=False),
        description="Folder that holds the database and the index.",
    )
    database: str | None = Field(
        default=None,
        description="SQLAlchemy address of a PostgreSQL database; without it, SQLite in the home.",
    )
    embedding_model: str = Field(
        default=DEFAULT,
        description="Name or path of a sentence-transformers model.",
    )
    whom_to_ask: str = Field(
        default="the person responsible for AI governance",
        description="Whom an abstention names when no document has an owner.",
    )
    model: str | None = Field(
        default=None,
        description="Language model that words answers, as `provider:model`, such as `openai:gpt-4.1` or "
        "`ollama:qwen3:8b`: [models](models.md). Without it answers are quotes, and nothing leaves here.",
    )
    model_url: str | None = Field(
        default=None,
        description="Address of the model's server, such as `http://127.0.0.1:8080/v1`; without it, the "
        "provider's own.",
    )
    model_key: SecretStr | None = Field(
        default=None,
        description="Key for the model's server; without it, the one in the provider's own variable, which "
        "is never sent to `CLAUSEWISE_MODEL_URL`.",
    )
    model_hosted: bool = Field(
        default=False,
        description="Count the model as hosted though its address is this machine: for a gateway that "
        "passes text on.",
    )
    model_output: ModelOutput = Field(
        default="auto",
        description="How the model is held to a shape: by `tools`, by `json` (a JSON schema), by `text` "
        "(words alone), or `auto`, the first that the server takes.",
    )
    model_context: int = Field(
        default=8192, ge=1024, description="Tokens that question, sources and answer may take together."
    )
    model_answer_tokens: int = Field(
        default=1024, ge=64, description="Tokens of them that are kept for the answer."
    )
    model_seconds: float = Field(
        default=30, ge=1, le=600, description="Seconds that a reader waits for the model, all tries together."
    )
    model_retries: int = Field(
        default=2, ge=0, le=9, description="New tries when the model's server is busy or cannot be reached."
    )
    model_per_minute: int = Field(
        default=60, ge=1, description="Requests that one process may make in a minute."
    )
    model_tokens_per_day: int | None = Field(
        default=None,
        ge=1,
        description="Tokens that all processes together may use in a day; without it, any number.",
    )
    entailment_model: str | None = Field(
        default=None,
        description="Folder, or name in the local cache, of a cross-encoder that must find that a wording "
        "follows from its quotes: [second gate](second-gate.md).",
    )
    entailment_threshold: float = Field(
        default=0.5, ge=0, le=1, description="Probability from which it is taken to follow, from 0 to 1."
    )
    judge_model: str | None = Field(
        default=None,
        description="Second language model, as `provider:model`, that must find that a wording says what its "
        "quotes say: [second gate](second-gate.md).",
    )
    judge_url: str | None = Field(
        default=None, description="Address of the judge's server; without it, the provider's own."
    )
    judge_key: SecretStr | None = Field(
        default=None,
        description="Key for the judge's server; without it, the one in the provider's own variable, which "
        "is never sent to `CLAUSEWISE_JUDGE_URL`.",
    )
    judge_hosted: bool = Field(
        default=False, description="Count the judge as hosted though its address is this machine."
    )
    judge_seconds: float = Field(
        default=10, ge=1, le=600, description="Seconds that the judge has for one claim, all tries together."
    )

    review_sample: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Share of the answers without any other reason that is drawn for review, from 0 to 1.",
    )
    review_days: int = Field(default=5, ge=1, description="Days after which an open item is overdue.")
    claim_minutes: int = Field(default=30, ge=1, description="Minutes for which a claim of an item holds.")
    reviewers: int = Field(
        default=1,
        ge=1,
        le=2,
        description="How many people must decide on an answer; with 2 the first verdict stays hidden.",
    )
    draft_approvals: int = Field(
        default=1, ge=1, le=9, description="How many people, none of whom wrote it, must approve a draft."
    )
    checkpoint_to: Path | None = Field(
        default=None,
        description="Folder, best on another machine, into which signed checkpoints of the log are written.",
    )
    checkpoint_hours: int = Field(default=24, ge=1, description="Hours between two such checkpoints.")
    legal_floor_days: int = Field(
        default=183,
        ge=1,
        description="Days for which the law wants what people typed kept; retention may not be shorter.",
    )
    retention_days: int | None = Field(
        default=None,
        description="Days after which what people typed is erased from the log; without it, never.",
    )

    port: int = Field(default=8501, description="Port of the web app.")
    address: str = Field(
        default="127.0.0.1",
        description="Address on which the web app listens; without sign-in a loopback address only.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address by which readers reach the web app, such as `https://ai.example.org`.",
    )
    sign_in: SignIn = Field(
        default="switcher",
        description="`switcher` (no sign-in, whoever opens the page chooses a role), `accounts` or `oidc`: "
        "[sign-in](sign-in.md).",
    )
    session_hours: int = Field(
        default=12, ge=1, le=720, description="Hours after which a sign-in ends, whatever was done meanwhile."
    )
    oidc_metadata_url: str | None = Field(
        default=None, description="The provider's `…/.well-known/openid-configuration`."
    )
    oidc_client_id: str | None = Field(default=None, description="Id of this app at the provider.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Secret of this app there.")
    oidc_cookie_secret: SecretStr | None = Field(
        default=None,
        description="Signs the cookie of who signed in at the provider; without it, one is made in the "
        "home's `keys` folder.",
    )
    oidc_scope: str = Field(
        default="openid email profile",
        description="What is asked of the provider; many need `groups` added for the groups to come.",
    )
    oidc_person_claim: str = Field(
        default="sub",
        description="Claim that tells people apart; name one that all accounts of one person share.",
    )
    oidc_roles_claim: str = Field(default="groups", description="Claim that holds a person's groups.")
    oidc_role_groups: dict[str, Role] = Field(
        default={},
        description='Role of each group, as JSON: `{"ai-reviewers": "reviewer"}`. Who is in none of them is '
        "an employee.",
    )

    @field_validator("model", "judge_model")
    @classmethod
    def _with_a_provider(cls, model: str | None) -> str | None:
        if not model:
            return None
        if not re.fullmatch(r"[a-z][a-z0-9_]*:\S+", model):
            raise ValueError(f"{model!r} is not provider:model, such as openai:gpt-4.1")
        return model

    @field_validator("model_url", "judge_url")
    @classmethod
    def _an_address(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it is no address that begins with http:// or https:// and a host")
        if parts.username or parts.password:
            raise ValueError("a key belongs into the setting for the key, not into the address")
        return url.rstrip("/")

    @field_validator("model_answer_tokens")
    @classmethod
    def _leaves_room(cls, tokens: int, info: ValidationInfo) -> int:
        context = info.data.get("model_context")
        if context is not None and tokens > context // 2:
            raise ValueError(f"{tokens} tokens are more than half of CLAUSEWISE_MODEL_CONTEXT, {context}")
        return tokens

    @field_validator("retention_days")
    @classmethod
    def _not_below_the_floor(cls, days: int | None, info: ValidationInfo) -> int | None:
        floor = info.data.get("legal_floor_days")
        if days is not None and floor is not None and days < floor:
            raise ValueError(f"{days} days are fewer than the {floor} of CLAUSEWISE_LEGAL_FLOOR_DAYS")
        return days


def is_loopback(host: str) -> bool:
    """Whether only this machine can be meant by a host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def as_markdown() -> str:
    """The page docs/settings.md: `python -m assistant.settings` prints it."""
    rows = [
        f"| `CLAUSEWISE_{name.upper()}` | {field.description} | {_default(name)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([_HEAD, *rows, ""])


_HEAD = """# Settings

Environment variables, read once when a command starts. An option of a command goes before its variable.

| variable | sets | default |
| --- | --- | --- |"""


def _default(name: str) -> str:
    if name == "home":
        return "the user's data folder, `clausewise`"
    value = Settings.model_fields[name].default
    return f"`{value}`" if value or value == 0 else "none"


if __name__ == "__main__":
    print(as_markdown(), end="")
