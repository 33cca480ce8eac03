"""The page of API keys: plain files that load nothing from elsewhere, over the public GraphQL door."""

import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from graphql import parse, validate

from app.api.keys_page import HERE
from app.api.schema import schema
from rest_compat.mount import PROFILES
from tests.world import World

PAGE = "/settings/api-keys"


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]


@pytest.fixture
def elements() -> Elements:
    return Elements((HERE / "page.html").read_text())


@pytest.mark.parametrize(
    ("name", "kind"),
    [("", "text/html"), ("/page.js", "text/javascript"), ("/page.css", "text/css")],
)
async def test_the_page_and_its_files_are_served_for_this_origin_alone(world: World, name: str, kind: str) -> None:
    answer = await world.client.get(PAGE + name)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_of_the_page_is_inline_or_from_elsewhere(elements: Elements) -> None:
    assert [each.get("src") for each in elements.of("script")] == [f"{PAGE}/page.js"]
    assert elements.of("style", "iframe", "img") == []
    for _, attributes in elements.found:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    for name in ("page.html", "page.js", "page.css"):
        assert "://" not in (HERE / name).read_text()


def test_every_field_has_a_label_and_the_script_finds_what_it_looks_for(elements: Elements) -> None:
    ids = [each["id"] for _, each in elements.found if "id" in each]
    assert len(ids) == len(set(ids))
    labelled = {each["for"] for each in elements.of("label")}
    assert labelled == {each["id"] for each in elements.of("input", "select")}
    for _, attributes in elements.found:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name, ids[0]) in ids
    script = (HERE / "page.js").read_text()
    assert set(re.findall(r'(?:at|submitted)\("([a-z-]+)"', script)) <= set(ids)


def test_every_operation_of_the_page_fits_the_schema() -> None:
    operations = re.findall(r"`((?:query|mutation) .*?)`", (HERE / "page.js").read_text(), re.DOTALL)
    assert len(operations) == 6
    for text in operations:
        assert validate(schema._schema, parse(text)) == []


async def test_the_explorers_that_the_page_opens_are_there(app: FastAPI, world: World, elements: Elements) -> None:
    addresses = [str(each["href"]) for each in elements.of("a")]
    keyed = {profile.name for profile in PROFILES if profile.only_keys}
    assert {address.split("/")[2] for address in addresses if address.startswith("/dialects/")} == keyed
    for address in addresses:
        answer = await world.client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "script-src 'self'" in answer.headers["content-security-policy"]
