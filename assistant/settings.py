"""Configuration, in one typed place. Every setting is an environment variable CLAUSEWISE_<NAME>."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.embed import DEFAULT


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
    port: int = Field(default=8501, description="Port of the web app, on the loopback address.")
