"""Makes the database that every worker's is a copy of: `python -m tests.template`."""

import asyncio
import os

import asyncpg

from app import migrate

TEMPLATE = "thicket_template"


async def main() -> None:
    url = os.environ["THICKET_TEST_SERVER"]
    root = await asyncpg.connect(url)
    await root.execute(f"create database {TEMPLATE}")
    await migrate.upgrade(url.replace("/postgres?", f"/{TEMPLATE}?"))
    await root.execute("create role thicket_server login in role thicket_app")
    await root.close()


if __name__ == "__main__":
    asyncio.run(main())
