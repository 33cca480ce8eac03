"""A browser: keeps cookies, and speaks to both doors."""

import uuid
from typing import Any

import httpx
from fastapi import FastAPI

from app.core.worker import Tally, Worker
from app.settings import Settings

PASSWORD = "correct horse"


class Browser(httpx.AsyncClient):
    """Somebody at a machine of their own. `email` is an address that nobody has yet."""

    app: FastAPI
    settings: Settings
    email: str
    errors: list[dict[str, Any]]

    @classmethod
    def of(cls, app: FastAPI, settings: Settings) -> "Browser":
        made = cls(transport=httpx.ASGITransport(app), base_url=settings.url)
        made.app, made.settings = app, settings
        made.email = f"ada-{uuid.uuid4().hex[:8]}@example.com"
        made.errors = []
        return made

    async def work(self) -> Tally:
        """Let the server do its jobs: send mails, say."""
        return await Worker(self.settings, self.app.state.database).run_due()

    async def auth(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST to better-auth's routes."""
        return await self.post(f"/api/auth/{path}", json={} if json is None else json, **options)

    async def sign_up(self, **fields: Any) -> httpx.Response:
        given = {"name": "Ada", "email": self.email, "password": PASSWORD, **fields}
        return await self.auth("sign-up/email", {name: value for name, value in given.items() if value is not None})

    async def sign_in(self, **fields: Any) -> httpx.Response:
        return await self.auth("sign-in/email", {"email": self.email, "password": PASSWORD, **fields})

    async def session(self) -> Any:
        """The answer of get-session."""
        answer = await self.get("/api/auth/get-session")
        assert answer.status_code == 200
        return answer.json()

    async def gql(self, document: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
        """The `data` of one operation; its errors are in `errors`."""
        answer = await self.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
        body = answer.json()
        self.errors = body.get("errors", [])
        return body.get("data")

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


def set_cookies(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("set-cookie")
