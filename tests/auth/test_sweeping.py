"""What has expired is cleaned up."""

from collections.abc import Callable
from datetime import timedelta

from app.auth.jobs import SWEEP
from tests.auth.browser import Browser
from tests.world import World


async def test_expired_sessions_permissions_and_counts_are_destroyed(
    world: World, browser: Browser, another: Browser, later: Callable[[timedelta], None]
) -> None:
    async def counts() -> list[int]:
        queries = (
            f"sessions s join users u on u.id = s.user_id where u.email = '{browser.email}'",
            f"password_resets r join users u on u.id = r.user_id where u.email = '{browser.email}'",
            "rate_buckets where key = 'old'",
        )
        return [await world.owner.fetchval(f"select count(*) from {each}") for each in queries]

    await browser.sign_up()
    await browser.auth("request-password-reset", {"email": browser.email})
    await world.owner.execute("insert into rate_buckets values ('old', 1, now())")
    await world.tick(SWEEP)
    assert await counts() == [1, 1, 1]
    later(timedelta(hours=2))
    await world.tick(SWEEP)
    assert await counts() == [1, 0, 0]
    later(timedelta(days=400))
    await another.sign_up()
    await world.tick(SWEEP)
    assert await counts() == [0, 0, 0]
    assert await another.session() is not None
