"""Setting a new password by mail (routes.md 3.1)."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest

from app.settings import Settings
from tests.auth.browser import PASSWORD, Browser
from tests.auth.conftest import PRODUCTION, Start

NEW = "fresh password"
REQUESTED = {"status": True, "message": "If this email exists in our system, check your email for the reset link"}
INVALID = {"message": "Invalid token", "code": "INVALID_TOKEN"}


async def mails_to(browser: Browser) -> list[EmailMessage]:
    """What was mailed to the address, the oldest first."""
    await browser.work()
    settings, address = browser.settings, browser.email
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(settings.mails.glob("*"))]
    return [cast(EmailMessage, mail) for mail in mails if mail["to"] == address]


def text_of(mail: EmailMessage) -> str:
    return cast(str, mail.get_content()).replace("\r\n", "\n")


async def request_token(browser: Browser, settings: Settings) -> str:
    await browser.auth("request-password-reset", {"email": browser.email, "redirectTo": "/reset"})
    found = re.search(r"reset-password/(\w+)", text_of((await mails_to(browser))[-1]))
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["request-password-reset", "forget-password"])
async def test_a_link_is_mailed(browser: Browser, settings: Settings, path: str) -> None:
    await browser.sign_up()
    answer = await browser.auth(path, {"email": browser.email.upper(), "redirectTo": "/reset"})
    assert (answer.status_code, answer.json()) == (200, REQUESTED)
    (mail,) = await mails_to(browser)
    assert (mail["from"], mail["subject"]) == (
        "Thicket <no-reply@thicket.example>",
        "Set a new password for Thicket",
    )
    assert re.search(
        r"^http://thicket\.example/api/auth/reset-password/\w{24}\?callbackURL=%2Freset$", text_of(mail), re.MULTILINE
    )
    (path,) = [each for each in settings.mails.glob("*") if browser.email.encode() in each.read_bytes()]
    assert (path.suffix, oct(path.stat().st_mode)[-3:]) == (".eml", "600")


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    browser: Browser, settings: Settings, owner: Any
) -> None:
    before = await owner.fetchval("select count(*) from password_resets")
    answer = await browser.auth("request-password-reset", {"email": browser.email, "redirectTo": "/reset"})
    assert (answer.status_code, answer.json()) == (200, REQUESTED)
    assert await mails_to(browser) == []
    assert await owner.fetchval("select count(*) from password_resets") == before


async def test_in_production_the_log_tells_of_a_mail_but_nothing_of_it(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await start(**PRODUCTION)
    await browser.sign_up()
    caplog.clear()
    await browser.auth("request-password-reset", {"email": browser.email, "redirectTo": "/reset"})
    await browser.work()
    (path,) = tmp_path.glob("*.eml")
    said = [record.getMessage() for record in caplog.records if record.name == "app.core.mail"]
    assert said == [f"No mail is delivered by this server: one was written to the mail folder as {path.name}"]


async def test_a_mail_that_cannot_be_written_refuses_nothing_and_is_tried_again(
    start: Start, tmp_path: Path, later: Callable[[timedelta], None]
) -> None:
    taken = tmp_path / "file"
    taken.touch()
    browser = await start(mail_dir=taken)
    await browser.sign_up()
    answer = await browser.auth("request-password-reset", {"email": browser.email})
    assert (answer.status_code, answer.json()) == (200, REQUESTED)
    assert (await browser.work()).failed == {"mail": 1}
    assert (await browser.work()).failed == {}
    later(timedelta(seconds=3))
    taken.unlink()
    assert (await browser.work()).done == {"mail": 1}
    (path,) = taken.glob("*.eml")
    assert browser.email.encode() in path.read_bytes()


async def test_the_link_leads_to_the_page_that_was_named(browser: Browser, settings: Settings) -> None:
    await browser.sign_up()
    token = await request_token(browser, settings)
    for callback, location in (
        ("/reset", f"http://thicket.example/reset?token={token}"),
        ("/reset?lang=de", f"http://thicket.example/reset?lang=de&token={token}"),
        ("http://thicket.example/reset", f"http://thicket.example/reset?token={token}"),
    ):
        answer = await browser.get(f"/api/auth/reset-password/{token}", params={"callbackURL": callback})
        assert (answer.status_code, answer.headers["location"]) == (302, location)


async def test_the_link_of_an_unknown_token_says_so_to_the_page(browser: Browser) -> None:
    answer = await browser.get("/api/auth/reset-password/PZMI2mD9AsQDQJGWnSoOerW6?callbackURL=%2Freset")
    assert (answer.status_code, answer.headers["location"]) == (
        302,
        "http://thicket.example/reset?error=INVALID_TOKEN",
    )


async def test_the_link_leads_to_no_foreign_site(browser: Browser, settings: Settings) -> None:
    await browser.sign_up()
    token = await request_token(browser, settings)
    answer = await browser.get(f"/api/auth/reset-password/{token}", params={"callbackURL": "https://evil.example/"})
    assert (answer.status_code, answer.json()) == (
        403,
        {"message": "Invalid callbackURL", "code": "INVALID_CALLBACK_URL"},
    )
    asked = await browser.auth(
        "request-password-reset", {"email": browser.email, "redirectTo": "https://evil.example/"}
    )
    assert (asked.status_code, asked.json()) == (
        403,
        {"message": "Invalid redirectURL", "code": "INVALID_REDIRECT_URL"},
    )
    assert len(await mails_to(browser)) == 1


async def test_a_new_password_ends_every_session(browser: Browser, another: Browser, settings: Settings) -> None:
    await browser.sign_up()
    token = await request_token(browser, settings)
    answer = await another.auth("reset-password", {"newPassword": NEW, "token": token})
    assert (answer.status_code, answer.json()) == (200, {"status": True})
    assert await browser.session() is None
    assert (await browser.sign_in(password=PASSWORD)).status_code == 401
    assert (await browser.sign_in(password=NEW)).status_code == 200


async def test_a_token_works_once_and_ends_the_others(browser: Browser, settings: Settings) -> None:
    await browser.sign_up()
    first, second = await request_token(browser, settings), await request_token(browser, settings)
    assert first != second
    await browser.auth("reset-password", {"newPassword": NEW, "token": first})
    for token in (first, second):
        answer = await browser.auth("reset-password", {"newPassword": "another password", "token": token})
        assert (answer.status_code, answer.json()) == (400, INVALID)
    assert (await browser.sign_in(password=NEW)).status_code == 200


async def test_used_ten_times_at_once_a_token_works_once(browser: Browser, settings: Settings) -> None:
    await browser.sign_up()
    token = await request_token(browser, settings)
    answers = await asyncio.gather(
        *(browser.auth("reset-password", {"newPassword": f"{NEW} {n}", "token": token}) for n in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 9]
    (number,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert (await browser.sign_in(password=f"{NEW} {number}")).status_code == 200


async def test_a_token_works_for_an_hour(
    browser: Browser, settings: Settings, later: Callable[[timedelta], None]
) -> None:
    await browser.sign_up()
    token = await request_token(browser, settings)
    later(timedelta(hours=1, seconds=1))
    answer = await browser.auth("reset-password", {"newPassword": NEW, "token": token})
    assert (answer.status_code, answer.json()) == (400, INVALID)
    assert (await browser.sign_in()).status_code == 200


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"token": "unknown"}, INVALID),
        ({}, INVALID),
        ({"newPassword": "short77"}, {"message": "Password too short", "code": "PASSWORD_TOO_SHORT"}),
    ],
)
async def test_a_refused_reset_leaves_the_password(
    browser: Browser, settings: Settings, fields: dict[str, str], body: dict[str, str]
) -> None:
    await browser.sign_up()
    token = await request_token(browser, settings)
    given = {"newPassword": NEW, **({"token": token} if "newPassword" in fields else {}), **fields}
    answer = await browser.auth("reset-password", given)
    assert (answer.status_code, answer.json()) == (400, body)
    assert (await browser.sign_in()).status_code == 200


async def test_graphql_does_the_same(browser: Browser, settings: Settings) -> None:
    await browser.sign_up()
    data = await browser.gql(
        "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { status message } }",
        input={"email": browser.email},
    )
    assert data == {"requestPasswordReset": REQUESTED}
    text = text_of((await mails_to(browser))[-1])
    assert "reset-password/" not in text
    token = re.search(r"^\w{24}$", text, re.MULTILINE)
    assert token
    link = await browser.gql(
        'query ($token: String!) { passwordResetUrl(token: $token, callbackUrl: "/reset") }', token=token[0]
    )
    assert link == {"passwordResetUrl": f"http://thicket.example/reset?token={token[0]}"}
    document = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }"
    assert await browser.gql(document, input={"token": token[0], "newPassword": NEW}) == {"resetPassword": True}
    assert await browser.gql(document, input={"token": token[0], "newPassword": NEW}) is None
    assert browser.codes == ["INVALID_TOKEN"]
