"""Every setting, read once from `THICKET_*` variables or a `.env` file. Nobody else reads the environment."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEVELOPMENT_SECRET = "thicket-development-secret-change-me"
"""Refused in production."""
SMTP = r"^smtp(s|\+starttls)?://[^/?#\s]+/?$"


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class StorageKind(StrEnum):
    """Where files are kept."""

    DISK = "disk"
    S3 = "s3"


class Tier(StrEnum):
    """An organization's plan (domain.md 2.12)."""

    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    COMPED = "comped"


def _words(value: object) -> object:
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


class Settings(BaseSettings):
    """How this server runs. `thicket doctor` prints it without the secrets."""

    model_config = SettingsConfigDict(env_prefix="THICKET_", env_file=".env", frozen=True, extra="ignore")

    env: Environment = Field(Environment.DEVELOPMENT, description="development or production")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    base_url: str | None = Field(None, description="how the world reaches this server; default http://HOST:PORT")
    data_dir: Path = Field(Path(".thicket"), description="folder of the embedded database, mails and files")
    database_url: str | None = Field(None, description="PostgreSQL for serving, may be a pooler; default: embedded")
    database_direct_url: str | None = Field(None, description="PostgreSQL without pooler, as owner: migrations, LISTEN")
    replica_url: str | None = Field(None, description="PostgreSQL that follows the other: queries go there")
    pool_size: int = Field(10, ge=1, le=200, description="database connections of one server process")
    statement_cache_size: int = Field(400, ge=0, description="0 behind a pooler without prepared statements")
    secret: str = Field(DEVELOPMENT_SECRET, min_length=32, repr=False, description="signs cookies and links")
    run_jobs: bool = Field(True, description="`thicket serve` does jobs too; false where `thicket worker` does")
    smtp_url: str | None = Field(
        None, repr=False, pattern=SMTP, description="smtps://USER:PASSWORD@HOST:PORT; default: mails become files"
    )
    mail_from: str | None = Field(None, description="sender of mails; default Thicket <no-reply@HOST>")
    mail_dir: Path | None = Field(None, description="folder that mails are written to; default DATA_DIR/mail")
    storage: StorageKind = Field(StorageKind.DISK, description="where files are kept: disk (DATA_DIR/files) or s3")
    s3_bucket: str | None = Field(None, description="bucket for files; it must be there, and private")
    s3_endpoint: str | None = Field(None, description="address of what speaks S3; default: Amazon's")
    s3_region: str = Field("us-east-1", description="region of the bucket")
    s3_access_key: str | None = Field(None, description="key id for the bucket; default: as boto3 finds one")
    s3_secret_key: str | None = Field(None, repr=False, description="the key's secret")
    stripe_secret_key: str | None = Field(
        None, repr=False, description="Stripe's key; default: payments in the sandbox"
    )
    stripe_webhook_secret: str | None = Field(
        None, repr=False, description="signs what Stripe sends to /api/billing/webhook"
    )
    stripe_price_pro_monthly: str | None = Field(None, description="id of Stripe's price of Pro for a month")
    stripe_price_pro_yearly: str | None = Field(None, description="id of Stripe's price of Pro for a year")
    billing_sandbox: bool | None = Field(
        None, description="without a key, pages to upgrade on without paying; default: not in production"
    )
    billing_return_url: str | None = Field(
        None, pattern="^https?://", description="where people are led after paying; default: a page of this server's"
    )
    rate_limits: str = Field("on", pattern="^(on|off)$", description="off for load tests on loopback")
    default_tier: Tier = Field(Tier.PRO, description="plan of a new organization's trial, or for good without one")
    trial_days: int = Field(30, ge=0, le=3650, description="days of trial; 0: DEFAULT_TIER without an end")
    auto_accept_invites: bool | None = Field(None, description="join by matching address; default: not in production")
    cors_origins: Words = Field((), description="origins of front ends elsewhere, comma-separated")
    log_format: str = Field("text", pattern="^(text|json)$", description="json: one JSON object a log line")
    otlp_endpoint: str | None = Field(
        None, pattern="^https?://", description="OpenTelemetry collector, by HTTP: http://HOST:4318; default: no traces"
    )
    metrics_token: str | None = Field(
        None, min_length=16, repr=False, description="bearer token for /metrics; default: open in development, else off"
    )
    trusted_proxies: Words = Field((), description="addresses whose X-Forwarded-* headers are believed")
    webhooks_inside: bool = Field(False, description="webhooks may go to private addresses, and by http: for tests")
    introspection: bool | None = Field(None, description="GraphQL introspection; default: not in production")
    graphiql: bool | None = Field(None, description="GraphiQL at /graphql; default: not in production")
    graphql_get: bool = Field(True, description="answer queries by GET")
    trusted_documents: Path | None = Field(None, description="JSON file {hash: document} of trusted documents")
    trusted_only: bool = Field(False, description="refuse every document that is not a trusted one")
    executor: str = Field(
        "compiled", pattern="^(compiled|graphql-core)$", description="graphql-core: run nothing compiled"
    )

    @model_validator(mode="after")
    def _names_a_bucket(self) -> Self:
        if self.storage is StorageKind.S3 and not self.s3_bucket:
            raise ValueError("THICKET_S3_BUCKET is required where THICKET_STORAGE is s3")
        return self

    @model_validator(mode="after")
    def _knows_what_stripe_signs_with(self) -> Self:
        if self.stripe_secret_key and not self.stripe_webhook_secret:
            raise ValueError("THICKET_STRIPE_WEBHOOK_SECRET is required where THICKET_STRIPE_SECRET_KEY is set")
        return self

    @property
    def production(self) -> bool:
        return self.env is Environment.PRODUCTION

    @property
    def url(self) -> str:
        """The server's own address, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def mails(self) -> Path:
        return self.mail_dir or self.data_dir / "mail"

    @property
    def accepts_invites_by_address(self) -> bool:
        return not self.production if self.auto_accept_invites is None else self.auto_accept_invites

    @property
    def pays_in_sandbox(self) -> bool:
        wanted = not self.production if self.billing_sandbox is None else self.billing_sandbox
        return wanted and not self.stripe_secret_key

    @property
    def shows_graphiql(self) -> bool:
        return not self.production if self.graphiql is None else self.graphiql

    @property
    def introspectable(self) -> bool:
        return not self.production if self.introspection is None else self.introspection

    def unsafe(self) -> list[str]:
        """What must not be so in production, each as a sentence that names the setting."""
        wrong = []
        if self.secret == DEVELOPMENT_SECRET:
            wrong.append("THICKET_SECRET is the published default: set a random one of at least 32 characters")
        if not self.url.startswith("https://"):
            wrong.append(f"THICKET_BASE_URL is {self.url}: set the https address that the world reaches this server by")
        if self.database_url is None:
            wrong.append("THICKET_DATABASE_URL is not set: the embedded database is for development and tests")
        if self.pays_in_sandbox:
            wrong.append("THICKET_BILLING_SANDBOX is on: whoever owns an organization upgrades it without paying")
        if self.webhooks_inside:
            wrong.append("THICKET_WEBHOOKS_INSIDE is on: anybody with a webhook could ask what only this machine may")
        if self.rate_limits == "off":
            wrong.append("THICKET_RATE_LIMITS is off: that is for load tests on loopback")
        return wrong
