"""The one settings tree, read once from the environment: `SYNC_…`.

Outside embedded mode a missing secret is an error at the start, never a surprise later.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service import failpoints

Megabyte = 1024 * 1024
_EMBEDDED_DATABASE = "sqlite:///var/quickbooks-sync.db"


class Settings(BaseSettings):
    """Everything that can be set; names in the environment begin with SYNC_."""

    model_config = SettingsConfigDict(
        env_prefix="SYNC_",
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    embedded: bool = False
    """Bring what is missing along: SQLite, a Redis of our own, keys in the data directory."""
    data_directory: str = "var"

    database_url: str = ""
    database_pool: Annotated[int, Field(ge=1, le=100)] = 10
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: str = "http://localhost:8000"
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses whose X-Forwarded-… headers are believed."""
    body_limit: Annotated[int, Field(ge=1024, le=100 * Megabyte)] = 10 * Megabyte
    webhook_limit: Annotated[int, Field(ge=1024, le=100 * Megabyte)] = 2 * Megabyte
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"

    failpoint: str | None = None
    """Where a test has a worker die (`service.failpoints`); only beside a local QuickBooks."""

    encryption_keys: SecretStr = SecretStr("")
    """`id:base64 of 32 bytes`, separated by commas; the first encrypts."""
    bootstrap_key: SecretStr | None = None
    """An API key with all scopes, for a first start."""

    quickbooks_environment: Literal["production", "sandbox", "local"] = "production"
    quickbooks_api_url: str | None = None
    quickbooks_authorize_url: str | None = None
    quickbooks_token_url: str | None = None
    quickbooks_revoke_url: str | None = None
    quickbooks_client_id: str = ""
    quickbooks_client_secret: SecretStr = SecretStr("")
    quickbooks_webhook_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Verifier tokens, separated by commas: two while one is replaced."""

    @field_validator("quickbooks_webhook_tokens", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("failpoint")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value:
            failpoints.parse(value)
        return value or None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [] if self.embedded else self._missing()
        if missing:
            raise ValueError(f"not set: {', '.join(missing)} (SYNC_EMBEDDED=true does without)")
        if self.failpoint and self.quickbooks_environment != "local":
            raise ValueError("SYNC_FAILPOINT is for tests, beside a local QuickBooks only")
        if self.quickbooks_environment == "local" and not self.embedded:
            absent = [name for name in self._local_urls() if not getattr(self, name)]
            if absent:
                raise ValueError(f"the local environment needs SYNC_{', SYNC_'.join(absent).upper()}")
        return self

    def _missing(self) -> list[str]:
        needed = {
            "SYNC_DATABASE_URL": self.database_url,
            "SYNC_REDIS_URL": self.redis_url,
            "SYNC_ENCRYPTION_KEYS": self.encryption_keys.get_secret_value(),
            "SYNC_QUICKBOOKS_CLIENT_ID": self.quickbooks_client_id,
            "SYNC_QUICKBOOKS_CLIENT_SECRET": self.quickbooks_client_secret.get_secret_value(),
            "SYNC_QUICKBOOKS_WEBHOOK_TOKENS": self.quickbooks_webhook_tokens,
        }
        return [name for name, value in needed.items() if not value]

    @staticmethod
    def _local_urls() -> tuple[str, ...]:
        return tuple(f"quickbooks_{name}_url" for name in ("api", "authorize", "token", "revoke"))

    @property
    def database(self) -> str:
        """Where the database is; embedded mode has one of its own."""
        return self.database_url or _EMBEDDED_DATABASE.replace("var", self.data_directory, 1)

    @property
    def webhook_tokens(self) -> tuple[str, ...]:
        """The verifier tokens in the clear."""
        return tuple(token.get_secret_value() for token in self.quickbooks_webhook_tokens)
