"""Trusted documents: named by hash, exempt from limits, and, where the setting says so, the only ones."""

import hashlib
import json
from pathlib import Path

import pytest

from app.api.documents import Documents, UnfitTrustedDocument
from tests.api.stand_in import core_schema, door, settings_of

HELLO = "query Hello($name: String!) { hello(name: $name) }"
HASH = hashlib.sha256(HELLO.encode()).hexdigest()
LARGE = "{ item { " + " ".join(f"a{i}: name" for i in range(100)) + " } }"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({f"sha256:{HASH}": HELLO, "large-1": LARGE}))
    return file


@pytest.mark.parametrize(
    "named",
    [
        {"documentId": HASH},
        {"documentId": f"sha256:{HASH}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH}}},
        {"query": HELLO},
    ],
)
@pytest.mark.parametrize("only", [True, False])
async def test_a_trusted_document_runs_by_its_hash_and_by_its_text(path: Path, named: dict, only: bool):
    there = door(trusted_documents=path, trusted_only=only)
    answer = await there.client.post("/graphql", json={**named, "variables": {"name": "Ana"}})
    assert answer.json() == {"data": {"hello": "Hello, Ana"}}


async def test_it_runs_by_get_too(path: Path):
    params = {
        "extensions": json.dumps({"persistedQuery": {"version": 1, "sha256Hash": HASH}}),
        "variables": '{"name": "Ana"}',
    }
    answer = await door(trusted_documents=path, trusted_only=True).client.get("/graphql", params=params)
    assert answer.json() == {"data": {"hello": "Hello, Ana"}}


async def test_limits_are_not_for_trusted_documents(path: Path):
    answer = await door(trusted_documents=path).client.post("/graphql", json={"documentId": "large-1"})
    assert len(answer.json()["data"]["item"]) == 100
    assert (await door().post(LARGE)).status_code == 400


async def test_other_documents_do_not_run_where_only_trusted_ones_may(path: Path):
    there = door(trusted_documents=path, trusted_only=True)
    answer = await there.post("{ hello }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert answer.json()["errors"][0]["message"] == "This server runs trusted documents only: name one by its hash"
    assert there.database.transactions == 0


async def test_an_unknown_hash_is_told_in_the_words_that_clients_know_and_registers_nothing(path: Path):
    there = door(trusted_documents=path)
    text = "{ hello }"
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}
    alone = await there.client.post("/graphql", json={"extensions": persisted})
    with_text = await there.client.post("/graphql", json={"extensions": persisted, "query": text})
    again = await there.client.post("/graphql", json={"extensions": persisted})
    assert with_text.json() == {"data": {"hello": "Hello, world"}}
    for answer in (alone, again):
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_trusted_documents_are_never_forgotten(path: Path):
    documents = Documents(core_schema(), settings_of(trusted_documents=path))
    before = documents.accept(None, None, {}, document_id=HASH)
    for i in range(1100):
        documents.accept(f"query Q{i} {{ hello }}", None, {})
    assert documents.accept(None, None, {}, document_id=HASH) is before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "trusted documents are one JSON object of hashes and texts"),
        ('{"a": 5}', "trusted documents are one JSON object of hashes and texts"),
        ("{", "the trusted documents cannot be read: "),
        ('{"a": "{ nope }"}', "document a: Cannot query field 'nope' on type 'Query'."),
        ('{"a": "{"}', "document a: Syntax Error: Expected Name, found <EOF>."),
    ],
)
def test_an_unfit_file_is_named_at_start_up(tmp_path: Path, content: str, message: str):
    file = tmp_path / "documents.json"
    file.write_text(content)
    with pytest.raises(UnfitTrustedDocument) as raised:
        Documents(core_schema(), settings_of(trusted_documents=file))
    assert str(raised.value).startswith(f"{file}: {message}")
