"""What a browser gets at `/graphql`."""

import pytest

from app.api.ide import SOURCES
from tests.api.stand_in import door

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


async def test_a_browser_gets_a_page_that_may_load_from_here_only():
    there = door(graphiql=True)
    answer = await there.client.get("/graphql", headers={"accept": BROWSER})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert there.database.transactions == 0


@pytest.mark.parametrize("page", ["page.html", "fallback.html"])
def test_the_pages_have_load_their_scripts_from_here(page: str):
    text = (SOURCES / page).read_text()
    assert "<script>" not in text
    assert 'src="/graphql/static/' in text
    assert "://" not in text


@pytest.mark.parametrize(
    ("accept", "settings"),
    [
        (f"application/json, {BROWSER}", {"graphiql": True}),
        (f"{BROWSER}, application/graphql-response+json", {"graphiql": True}),
        ("*/*", {"graphiql": True}),
        (BROWSER, {"graphiql": False}),
    ],
)
async def test_everybody_else_gets_an_answer_of_graphql(accept: str, settings: dict[str, bool]):
    answer = await door(**settings).client.get("/graphql?query={hello}", headers={"accept": accept})
    assert answer.json() == {"data": {"hello": "Hello, world"}}


async def test_graphiql_is_off_in_production():
    answer = await door(env="production").client.get("/graphql", headers={"accept": BROWSER})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "The request has no `query`"


@pytest.mark.parametrize("path", ["nothing.js", "../page.html", "%2e%2e/page.html", "", "..%2f..%2fhttp.py"])
async def test_nothing_else_is_served_as_a_static_file(path: str):
    answer = await door(graphiql=True).client.get(f"/graphql/static/{path}")
    assert answer.status_code in (404, 405)
    assert "html" not in answer.text


async def test_the_page_s_own_script_is_served_with_its_type():
    there = door(graphiql=True)
    page = await there.client.get("/graphql", headers={"accept": BROWSER})
    source = page.text.split('src="')[1].split('"')[0]
    script = await there.client.get(source)
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["x-content-type-options"] == "nosniff"
    assert (await door(graphiql=False).client.get(source)).status_code == 404
