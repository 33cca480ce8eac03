"""Name, picture and password of the signed-in user (routes.md 3.1)."""

from typing import Any

import pytest

from tests.auth.browser import PASSWORD, Browser, set_cookies
from tests.world import World

NEW = "new password 1"


async def test_name_and_picture_change(browser: Browser) -> None:
    await browser.sign_up(image="https://example.com/a.png")
    answer = await browser.auth("update-user", {"name": " Ada  L ", "image": None})
    assert (answer.status_code, answer.json()) == (200, {"status": True})
    user = (await browser.session())["user"]
    assert (user["name"], user["image"]) == ("Ada L", None)
    assert user["updatedAt"] > user["createdAt"]


async def test_what_is_left_out_stays(browser: Browser) -> None:
    await browser.sign_up(image="https://example.com/a.png")
    await browser.auth("update-user", {"name": "Ada L"})
    user = (await browser.session())["user"]
    assert (user["name"], user["image"]) == ("Ada L", "https://example.com/a.png")


async def test_the_new_name_is_seen_in_the_organizations(world: World) -> None:
    await world.rest("bob", "POST", "/api/auth/update-user", {"name": "Robert"})
    people = (await world.rest("ana", "GET", "/api/v1/{org}/people")).json()
    assert [person["name"] for person in people if person["membership_id"] == world.id("bob")] == ["Robert"]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, {"message": "No fields to update"}),
        ({"favouriteColour": "red"}, {"message": "No fields to update"}),
        ({"email": "eve@example.com"}, {"message": "Email can not be updated", "code": "EMAIL_CAN_NOT_BE_UPDATED"}),
        ({"name": " "}, {"message": "[body.name] name can't be blank", "code": "VALIDATION_ERROR"}),
        (
            {"name": "x" * 101},
            {"message": "[body.name] name is longer than 100 characters", "code": "VALIDATION_ERROR"},
        ),
    ],
)
async def test_a_refused_change_changes_nothing(browser: Browser, fields: dict[str, Any], body: Any) -> None:
    await browser.sign_up()
    before = (await browser.session())["user"]
    answer = await browser.auth("update-user", {**fields, **({"image": "x"} if "email" in fields else {})})
    assert (answer.status_code, answer.json()) == (400, body)
    assert (await browser.session())["user"] == before


async def test_graphql_changes_the_user_and_shows_it(browser: Browser) -> None:
    await browser.sign_up()
    document = "mutation ($input: UpdateUserInput!) { updateUser(input: $input) { status user { name image } } }"
    assert await browser.gql(document, input={"name": "Ada L"}) == {
        "updateUser": {"status": True, "user": {"name": "Ada L", "image": None}}
    }
    assert await browser.gql(document, input={}) is None
    assert browser.codes == ["NO_FIELDS_TO_UPDATE"]


async def test_a_password_changes_and_other_sessions_stay(browser: Browser, another: Browser) -> None:
    user = (await browser.sign_up()).json()["user"]
    await another.sign_in(email=browser.email)
    answer = await browser.auth("change-password", {"currentPassword": PASSWORD, "newPassword": NEW})
    assert (answer.status_code, answer.json()) == (200, {"token": None, "user": user})
    assert set_cookies(answer) == []
    assert await another.session() is not None
    assert (await browser.sign_in()).status_code == 401
    assert (await browser.sign_in(password=NEW)).status_code == 200


async def test_on_request_a_new_password_ends_all_sessions_and_starts_a_new_one(
    browser: Browser, another: Browser
) -> None:
    old = (await browser.sign_up()).json()
    await another.sign_in(email=browser.email)
    answer = await browser.auth(
        "change-password", {"currentPassword": PASSWORD, "newPassword": NEW, "revokeOtherSessions": True}
    )
    assert answer.status_code == 200
    token = answer.json()["token"]
    assert answer.json() == {"token": token, "user": old["user"]}
    assert token != old["token"]
    assert [cookie.split(".")[1].split("=") for cookie in set_cookies(answer)] == [["session_token", token]]
    assert await another.session() is None
    assert [each["token"] for each in (await browser.get("/api/auth/list-sessions")).json()] == [token]


@pytest.mark.parametrize(
    ("current", "new", "body"),
    [
        ("wrong horse", NEW, {"message": "Invalid password", "code": "INVALID_PASSWORD"}),
        (PASSWORD, "short77", {"message": "Password too short", "code": "PASSWORD_TOO_SHORT"}),
        (PASSWORD, "x" * 129, {"message": "Password too long", "code": "PASSWORD_TOO_LONG"}),
    ],
)
async def test_a_refused_new_password_leaves_the_old_one(
    browser: Browser, another: Browser, current: str, new: str, body: dict[str, str]
) -> None:
    await browser.sign_up()
    answer = await browser.auth(
        "change-password", {"currentPassword": current, "newPassword": new, "revokeOtherSessions": True}
    )
    assert (answer.status_code, answer.json()) == (400, body)
    assert await browser.session() is not None
    assert (await another.sign_in(email=browser.email)).status_code == 200


async def test_a_password_is_verified(browser: Browser) -> None:
    await browser.sign_up()
    right = await browser.auth("verify-password", {"password": PASSWORD})
    assert (right.status_code, right.json()) == (200, {"status": True})
    wrong = await browser.auth("verify-password", {"password": "wrong horse"})
    assert (wrong.status_code, wrong.json()) == (400, {"message": "Invalid password", "code": "INVALID_PASSWORD"})


async def test_the_password_is_listed_as_an_account(browser: Browser) -> None:
    user = (await browser.sign_up()).json()["user"]
    answer = await browser.get("/api/auth/list-accounts")
    (account,) = answer.json()
    assert (answer.status_code, account) == (
        200,
        {
            "id": account["id"],
            "accountId": user["id"],
            "providerId": "credential",
            "userId": user["id"],
            "scopes": [],
            "createdAt": user["createdAt"],
            "updatedAt": user["createdAt"],
        },
    )
    data = await browser.gql("{ accounts { providerId accountId scopes } }")
    assert data == {"accounts": [{"providerId": "credential", "accountId": user["id"], "scopes": []}]}
