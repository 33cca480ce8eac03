"""The database server that all are measured on: PostgreSQL of our own, or one that the caller has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from app.core import embedded
from benchmarks import data

FOLDER = Path(".thicket") / "benchmarks"


@dataclass(frozen=True)
class Server:
    """A running server. `url` is its superuser's; `pid` is known where it is ours."""

    url: str
    pid: int | None

    def serving_url(self, database: str, role: str) -> str:
        """Where the measured servers connect, as one of the roles that were made for them."""
        split = urlsplit(self.url)
        netloc = f"{_signed_in(role)}@{split.netloc.rpartition('@')[2]}"
        return split._replace(netloc=netloc, path=f"/{database}").geturl()


def socket_url(folder: str, database: str, role: str) -> str:
    """The same, by a socket in the folder."""
    return f"postgresql://{_signed_in(role)}@/{database}?host={quote(folder)}&port={embedded.PORT}"


def _signed_in(role: str) -> str:
    return f"{role}:{quote(data.SERVER_PASSWORD)}"


@contextmanager
def running(given_url: str | None, *, durable: bool) -> Iterator[Server]:
    """The given server as it is, or our own. Not `durable` is for loading only."""
    if given_url:
        yield Server(given_url, None)
        return
    server = embedded.start(FOLDER / "pg", durable=durable)
    try:
        pid = int((FOLDER / "pg" / "cluster" / "postmaster.pid").read_text().split()[0])
        yield Server(server.url("postgres", "postgres"), pid)
    finally:
        server.stop()
