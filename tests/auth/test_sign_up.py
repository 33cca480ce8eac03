"""POST /api/auth/sign-up/email and `signUp` (routes.md 3.1)."""

import asyncio
from typing import Any

import pytest

from app.settings import Settings
from tests.auth.browser import PASSWORD, Browser, set_cookies
from tests.auth.conftest import PRODUCTION, Start
from tests.world import World


async def test_a_new_user_is_signed_in_and_owns_an_organization(browser: Browser) -> None:
    answer = await browser.sign_up(email=browser.email.upper().replace("@EXAMPLE", "@Example"))
    assert answer.status_code == 200
    body = answer.json()
    user = body["user"]
    assert body == {
        "token": body["token"],
        "user": {
            "id": user["id"],
            "name": "Ada",
            "email": browser.email,
            "emailVerified": False,
            "image": None,
            "createdAt": user["createdAt"],
            "updatedAt": user["createdAt"],
        },
    }
    assert len(body["token"]) == 32
    assert body["token"].isalnum()
    assert (await browser.session())["user"] == user
    (organization,) = (await browser.get("/api/v1/authorization")).json()["organizations"]
    assert (organization["name"], organization["role"]) == ("Ada's organization", "owner")


async def test_fields_that_nobody_knows_are_ignored_and_known_ones_kept(browser: Browser) -> None:
    answer = await browser.sign_up(image="https://example.com/a.png", emailVerified=True, role="admin", id="mine")
    assert answer.status_code == 200
    user = answer.json()["user"]
    assert (user["image"], user["emailVerified"]) == ("https://example.com/a.png", False)
    assert user["id"] != "mine"


@pytest.mark.parametrize(
    ("fields", "status", "body"),
    [
        ({"password": "short77"}, 400, {"message": "Password too short", "code": "PASSWORD_TOO_SHORT"}),
        ({"password": "x" * 129}, 400, {"message": "Password too long", "code": "PASSWORD_TOO_LONG"}),
        ({"email": "nope"}, 400, {"message": "[body.email] Invalid email address", "code": "VALIDATION_ERROR"}),
        (
            {"name": None},
            400,
            {
                "message": "[body.name] Invalid input: expected string, received undefined",
                "code": "VALIDATION_ERROR",
            },
        ),
        (
            {"callbackURL": "https://evil.example/"},
            403,
            {"message": "Invalid callbackURL", "code": "INVALID_CALLBACK_URL"},
        ),
    ],
)
async def test_a_refused_sign_up_leaves_no_user(
    browser: Browser, owner: Any, fields: dict[str, Any], status: int, body: dict[str, str]
) -> None:
    answer = await browser.sign_up(**fields)
    assert (answer.status_code, answer.json(), set_cookies(answer)) == (status, body, [])
    assert await owner.fetchval("select count(*) from users where email = $1", browser.email) == 0


async def test_an_address_is_taken_once_whatever_its_case(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    answer = await another.sign_up(email=browser.email.upper())
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "User already exists. Use another email.",
        "code": "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
    }
    assert await another.session() is None


async def test_of_twelve_who_take_one_address_at_once_one_gets_it(browser: Browser, owner: Any) -> None:
    answers = await asyncio.gather(*(browser.sign_up() for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200, *[422] * 11]
    assert await owner.fetchval("select count(*) from users where email = $1", browser.email) == 1


async def test_a_fullwidth_address_is_the_plain_one(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    answer = await another.sign_up(email=browser.email.replace("@", "\uff20"))
    assert answer.status_code == 422


async def test_other_content_types_and_broken_json_are_refused(browser: Browser) -> None:
    plain = await browser.post(
        "/api/auth/sign-up/email", content="{}", headers={"content-type": "text/plain;charset=UTF-8"}
    )
    assert plain.status_code == 415
    assert plain.json() == {
        "message": 'Content-Type "text/plain" is not allowed. '
        "Allowed types: application/x-www-form-urlencoded, application/json",
        "code": "UNSUPPORTED_MEDIA_TYPE",
    }
    broken = await browser.post(
        "/api/auth/sign-up/email", content='{"name', headers={"content-type": "application/json"}
    )
    assert (broken.status_code, broken.json()) == (400, {"message": "Invalid JSON", "code": "BAD_REQUEST"})


async def test_a_form_is_read_too(browser: Browser) -> None:
    form = {"name": "Ada", "email": browser.email, "password": PASSWORD, "rememberMe": "false"}
    answer = await browser.post("/api/auth/sign-up/email", data=form)
    assert answer.status_code == 200
    assert [cookie.split("=")[0] for cookie in set_cookies(answer)] == [
        "better-auth.session_token",
        "better-auth.dont_remember",
    ]


async def test_whoever_was_invited_joins_and_founds_nothing(world: World, browser: Browser) -> None:
    await world.rest("ana", "POST", "/api/v1/{org}/people", {"email": browser.email, "role": "member"})
    await browser.sign_up()
    organizations = (await browser.get("/api/v1/authorization")).json()["organizations"]
    assert [(each["slug"], each["role"]) for each in organizations] == [(world.org, "member")]


async def test_in_production_an_address_alone_is_no_proof_of_an_invitation(world: World, start: Start) -> None:
    browser = await start(**PRODUCTION)
    await world.rest("ana", "POST", "/api/v1/{org}/people", {"email": browser.email, "role": "member"})
    await browser.sign_up()
    organizations = (await browser.get("/api/v1/authorization")).json()["organizations"]
    assert [each["name"] for each in organizations] == ["Ada's organization"]


SIGN_UP = """mutation ($input: SignUpInput!) {
  signUp(input: $input) { token redirect url session { expiresAt token } user { email emailVerified } } }"""


async def test_graphql_signs_up_in_the_same_way(browser: Browser, settings: Settings) -> None:
    data = await browser.gql(
        SIGN_UP, input={"name": "Ada", "email": browser.email, "password": PASSWORD, "callbackUrl": "/dash"}
    )
    made = data["signUp"]
    assert made["token"] == made["session"]["token"]
    assert (made["redirect"], made["url"]) == (True, "/dash")
    assert made["user"] == {"email": browser.email, "emailVerified": False}
    assert (await browser.session())["session"]["token"] == made["token"]


async def test_graphql_refuses_with_the_same_codes(browser: Browser) -> None:
    assert await browser.gql(SIGN_UP, input={"name": "Ada", "email": browser.email, "password": "short77"}) is None
    assert browser.codes == ["PASSWORD_TOO_SHORT"]
    assert await browser.gql(SIGN_UP, input={"name": " ", "email": browser.email, "password": PASSWORD}) is None
    assert browser.errors[0]["extensions"]["details"] == [
        {"field": "name", "code": "blank", "message": "name can't be blank"}
    ]
    await browser.sign_up()
    assert await browser.gql(SIGN_UP, input={"name": "Ada", "email": browser.email, "password": PASSWORD}) is None
    assert browser.codes == ["USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"]


async def test_no_cookie_comes_from_an_operation_that_fails_elsewhere(browser: Browser) -> None:
    data = await browser.gql(
        """mutation ($input: SignUpInput!) {
          signUp(input: $input) { token } updateUser(input: {email: "eve@example.com"}) { status } }""",
        input={"name": "Ada", "email": browser.email, "password": PASSWORD},
    )
    assert data is None
    assert browser.codes == ["EMAIL_CAN_NOT_BE_UPDATED"]
    assert dict(browser.cookies) == {}
    assert (await browser.sign_in()).status_code == 401
