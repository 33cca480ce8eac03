"""Which sites may have a browser write with the user's cookie (domain.md 2.1, rulings 19; routes.md 3.1)."""

import pytest

from app.auth.origins import origin_of, trusted_origins
from app.settings import Settings
from tests.auth.browser import Browser
from tests.auth.conftest import Start
from tests.world import World

FORBIDDEN = {"error": {"code": "forbidden", "message": "Forbidden"}}
RENAME = 'mutation { updateUser(input: {name: "Eve"}) { status } }'


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://thicket.example.evil.example"},
        {"origin": "https://thicket.example"},
        {"origin": "http://thicket.example:8080"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_foreign_site_writes_nothing_with_the_cookie(world: World, headers: dict[str, str]) -> None:
    answer = await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Evil"}, headers=headers)
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    graphql = await world.client.post("/graphql", json={"query": RENAME}, headers={**world.headers("ana"), **headers})
    assert [error["extensions"]["code"] for error in graphql.json()["errors"]] == ["FORBIDDEN"]
    body = (await world.rest("ana", "GET", "/api/v1/authorization", headers=headers)).json()
    assert [each["name"] for each in body["organizations"]] == ["Acme"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-mode": "cors"},
        {"origin": "http://thicket.example"},
        {"origin": "http://THICKET.example:80"},
        {"origin": "http://thicket.example", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_the_own_site_and_programs_write(world: World, headers: dict[str, str]) -> None:
    answer = await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Fine"}, headers=headers)
    assert answer.status_code == 201


async def test_a_token_is_no_cookie(world: World) -> None:
    token = (await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "CI"})).json()["token"]
    headers = {"authorization": f"Bearer {token}", "origin": "https://evil.example"}
    answer = await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Fine"}, headers=headers)
    assert answer.status_code == 201


async def test_a_front_end_that_the_settings_name_writes(start: Start) -> None:
    browser = await start(cors_origins=("https://app.example",))
    await browser.sign_up()
    answer = await browser.post("/api/v1/orgs", json={"name": "Fine"}, headers={"origin": "https://app.example"})
    assert answer.status_code == 201
    refused = await browser.post("/api/v1/orgs", json={"name": "No"}, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"origin": "https://evil.example"}, {"message": "Invalid origin", "code": "INVALID_ORIGIN"}),
        ({"origin": "null"}, {"message": "Missing or null Origin", "code": "MISSING_OR_NULL_ORIGIN"}),
        ({"sec-fetch-site": "same-origin"}, {"message": "Missing or null Origin", "code": "MISSING_OR_NULL_ORIGIN"}),
    ],
)
async def test_signing_out_is_refused_to_a_foreign_site(
    browser: Browser, headers: dict[str, str], body: dict[str, str]
) -> None:
    await browser.sign_up()
    answer = await browser.auth("sign-out", headers=headers)
    assert (answer.status_code, answer.json()) == (403, body)
    assert await browser.session() is not None


async def test_any_cookie_calls_for_the_origin_at_sign_in(browser: Browser) -> None:
    refused = await browser.post(
        "/api/auth/sign-in/email",
        json={"email": browser.email, "password": "x"},
        headers={"cookie": "theme=dark", "origin": "https://evil.example"},
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "INVALID_ORIGIN")


async def test_without_a_cookie_any_origin_signs_in_but_no_foreign_form(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    given = {"email": browser.email, "password": "correct horse"}
    form = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "origin": "https://evil.example"}
    refused = await another.auth("sign-in/email", given, headers=form)
    assert (refused.status_code, refused.json()) == (
        403,
        {
            "message": "Cross-site navigation login blocked. This request appears to be a CSRF attack.",
            "code": "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
        },
    )
    assert dict(another.cookies) == {}
    answer = await another.auth("sign-in/email", given, headers={"origin": "https://anything.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://App.Example:443/path?x#y", "https://app.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://app.example:8443", "https://app.example:8443"),
        ("null", ""),
        ("ftp://app.example", ""),
        ("https://app.example:99999", ""),
        ("https://[broken", ""),
    ],
)
def test_origins_are_compared_as_browsers_write_them(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_a_server_on_trial_is_reached_by_any_name_of_the_machine(settings: Settings) -> None:
    on_trial = settings.model_copy(update={"base_url": None, "host": "0.0.0.0", "port": 8000})
    assert trusted_origins(on_trial) == {
        "http://0.0.0.0:8000",
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    }
