"""`thicket doctor`: what it finds, and what it keeps to itself."""

import json

import asyncpg

from app.doctor import shown
from app.settings import Settings
from tests.conftest import server_url
from tests.ops.conftest import NewDatabase, Thicket, addresses


def test_it_shows_every_setting_that_is_set_and_no_secret() -> None:
    settings = Settings(
        _env_file=None,
        secret="correct-horse-battery-staple-1234",
        database_url="postgresql://server:swordfish@db.example.com/thicket",
        cors_origins=("https://a.example", "https://b.example"),
    )
    found = shown(settings)
    assert found["THICKET_SECRET"] == "(set, not shown)"
    assert found["THICKET_DATABASE_URL"] == "postgresql://server@db.example.com/thicket"
    assert found["THICKET_CORS_ORIGINS"] == "https://a.example, https://b.example"
    assert "THICKET_DATABASE_DIRECT_URL" not in found
    assert "swordfish" not in str(found)
    assert "correct-horse" not in str(found)


async def test_a_sound_installation_is_called_so(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    done = thicket("doctor", "--json", **addresses(database))
    assert (done.status, done.err) == (0, "")
    report = json.loads(done.out)
    assert report["ok"] is True
    verdicts = {each["topic"]: each["verdict"] for each in report["findings"]}
    assert verdicts["safety"] == "note"
    assert {topic: verdict for topic, verdict in verdicts.items() if topic in ("mails", "database", "role")} == {
        "mails": "good",
        "database": "good",
        "role": "good",
    }
    assert verdicts["migrations"] == "good"
    assert verdicts["row-level security"] == "good"


async def test_what_is_wrong_is_named_and_is_the_exit_status(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    connection = await asyncpg.connect(server_url(database))
    await connection.execute("alter table projects no force row level security; create table strange (id int)")
    await connection.close()
    (thicket.folder / "mail").write_text("not a folder")
    done = thicket("doctor", mail_dir="mail", **addresses(database))
    assert done.status == 1
    bad = [line.strip() for line in done.out.splitlines() if line.startswith("  BAD")]
    assert bad == [
        "BAD   mails: cannot be written to mail: mail is not a folder of ours",
        "BAD   migrations: are all there, but 1 things differ from the models",
        "BAD   row-level security: is off for projects, strange",
    ]


async def test_missing_migrations_are_wrong(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database("template1")
    done = thicket("doctor", **addresses(database))
    assert done.status == 1
    assert "  BAD   migrations: are missing: run `thicket migrate`" in done.out.splitlines()


def test_a_database_that_is_away_is_wrong(thicket: Thicket) -> None:
    done = thicket("doctor", database_url="postgresql://ann:swordfish@127.0.0.1:1/thicket")
    assert (done.status, done.err) == (1, "")
    assert "  BAD   database: The database at postgresql://ann@127.0.0.1:1/thicket cannot be reached" in done.out
    assert "swordfish" not in done.out
