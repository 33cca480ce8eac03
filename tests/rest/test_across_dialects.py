"""One object, walked through all surfaces: what one dialect writes, the others, REST and GraphQL show at once."""

from typing import Any

from tests.world import World

GIPO = "/dialects/gipo/api/v1"
KITCHEN = "/dialects/kitchen/api/v1"
THINKEX = "/dialects/thinkex/api"
TICKWARD = "/dialects/tickward/api/v1"
NATIVE = "/api/v1/{org}"

PROJECT = "query($org: String!, $id: ID!) { organization(slug: $org) { project(id: $id) { name } } }"
BRIEF = {"name": "John", "initial_message": "Hello *team*", "initial_message_format": "markdown"}


async def ask(world: World, method: str, path: str, json: Any = None, who: str = "ana") -> Any:
    """What a surface answers, which must be a success."""
    answer = await world.rest(who, method, path, json)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


async def names(world: World, id: str, *surfaces: str) -> dict[str, str]:
    """What each surface calls the project."""
    found = {
        "REST": (await ask(world, "GET", f"{NATIVE}/projects/{id}"))["name"],
        "GraphQL": (await world.gql("ana", PROJECT, id=id))["organization"]["project"]["name"],
        "Gipo": (await ask(world, "GET", f"{GIPO}/projects/{id}"))["data"]["name"],
        "Kitchen": (await ask(world, "GET", f"{KITCHEN}/projects/{id}"))["title"],
    }
    if "ThinkEx" in surfaces:
        found["ThinkEx"] = (await ask(world, "GET", f"{THINKEX}/workspaces/{id}"))["workspace"]["name"]
    if "Tickward" in surfaces:
        rows = (await ask(world, "GET", f"{TICKWARD}/projects"))["data"]
        found["Tickward"] = next(row["name"] for row in rows)
    return found


async def test_a_workspace_has_one_name_whoever_gives_it(world: World) -> None:
    id = (await ask(world, "POST", f"{THINKEX}/workspaces", {"name": "By ThinkEx"}))["workspace"]["id"]
    assert set((await names(world, id, "ThinkEx")).values()) == {"By ThinkEx"}
    renaming = {
        "By Kitchen": ("PUT", f"{KITCHEN}/projects/{id}", {"title": "By Kitchen"}),
        "By Gipo": ("PATCH", f"{GIPO}/projects/{id}", {"name": "By Gipo"}),
        "By REST": ("PATCH", f"{NATIVE}/projects/{id}", {"name": "By REST"}),
        "By ThinkEx again": ("PATCH", f"{THINKEX}/workspaces/{id}", {"name": "By ThinkEx again"}),
    }
    for name, (method, path, body) in renaming.items():
        await ask(world, method, path, body)
        assert set((await names(world, id, "ThinkEx")).values()) == {name}
    await ask(world, "DELETE", f"{THINKEX}/workspaces/{id}")
    for surface in (NATIVE, GIPO, KITCHEN):
        assert (await world.rest("ana", "GET", f"{surface}/projects/{id}")).status_code == 404


async def test_a_project_of_timers_is_a_project_and_its_timers_are_recordings(world: World) -> None:
    timer = {"label": "Flight", "target_date": "2031-10-10T09:30:00.000Z", "timezone": "Asia/Tokyo"}
    made = await ask(world, "POST", f"{TICKWARD}/projects", {"name": "Trip", "timers": [timer]})
    (project,) = await ask(world, "GET", f"{NATIVE}/projects")
    assert set((await names(world, project["id"], "Tickward")).values()) == {"Trip"}
    (timer,) = await ask(world, "GET", f"{NATIVE}/recordings?type=timer")
    assert (timer["title"], timer["project_id"]) == ("Flight", project["id"])
    await ask(world, "PUT", f"{KITCHEN}/projects/{project['id']}", {"title": "Journey"})
    await ask(world, "PATCH", f"{NATIVE}/recordings/{timer['id']}", {"title": "Train"})
    assert set((await names(world, project["id"], "Tickward")).values()) == {"Journey"}
    (shown,) = (await ask(world, "GET", f"{TICKWARD}/projects/{made['id']}/timers"))["data"]
    assert (shown["label"], shown["project_name"]) == ("Train", "Journey")
    await ask(world, "PUT", f"{NATIVE}/recordings/{timer['id']}/status/trashed")
    assert (await ask(world, "GET", f"{TICKWARD}/projects/{made['id']}/timers"))["data"] == []


async def test_a_message_of_kitchen_is_on_the_message_board(world: World) -> None:
    field = await ask(world, "POST", f"{NATIVE}/custom-fields", {"name": "Project Type", "type": "text"})
    sent = {**BRIEF, "title": "Site", "email": f"john-{world.tag}@example.com"}
    id = (await ask(world, "POST", f"{KITCHEN}/projects", {**sent, "custom_fields": {"Project Type": "design"}}))["id"]
    tools = await ask(world, "GET", f"{NATIVE}/projects/{id}/tools")
    board = next(tool["container_id"] for tool in tools if tool["tool"] == "message_board")
    (message,) = await ask(world, "GET", f"{NATIVE}/recordings/{board}/children")
    assert (message["type"], message["visible_to_clients"]) == ("message", True)
    assert "<em>team</em>" in message["content"]
    said = {"type": "message", "title": "News", "content": "We have begun"}
    news = await ask(world, "POST", f"{NATIVE}/recordings/{board}/children", said)
    await ask(world, "PUT", f"{NATIVE}/recordings/{news['id']}/visibility", {"visible_to_clients": True})
    values = [{"field_id": field["id"], "value": "brand"}]
    await ask(world, "PUT", f"{NATIVE}/projects/{id}/custom-fields", {"values": values})
    shown = await ask(world, "GET", f"{KITCHEN}/projects/{id}")
    assert (shown["messages_count"], shown["latest_message"]["id"]) == (2, news["id"])
    assert [(each["name"], each["value"]["value"]) for each in shown["custom_fields"]] == [("Project Type", "brand")]


async def test_a_task_of_gipo_is_a_card(world: World) -> None:
    tag = await ask(world, "POST", f"{NATIVE}/tags", {"name": "backend"})
    board = (await world.project())["containers"]["card_table"]
    first, *_, last = (await ask(world, "GET", f"{GIPO}/workspaces/{board}"))["data"]["stages"]
    sent = {
        "workspaceId": board,
        "subject": "Wire it",
        "tagIds": [tag["id"]],
        "assigneeIds": [world.people["bob"].user_id],
    }
    task = (await ask(world, "POST", f"{GIPO}/tasks", sent))["data"]
    card = await ask(world, "GET", f"{NATIVE}/recordings/{task['id']}", who="bob")
    assert (card["type"], card["title"], card["parent_id"]) == ("card", "Wire it", first["id"])
    assert card["assignee_ids"] == [world.id("bob")]
    document = "query($org: String!, $id: ID!) { organization(slug: $org) { recording(id: $id) { type title } } }"
    found = (await world.gql("mia", document, id=task["id"]))["organization"]["recording"]
    assert found == {"type": "CARD", "title": "Wire it"}
    await ask(world, "PATCH", f"{NATIVE}/recordings/{task['id']}", {"title": "Wire the login"}, who="mia")
    await ask(world, "PATCH", f"{NATIVE}/tags/{tag['id']}", {"name": "server"})
    await ask(world, "PUT", f"{NATIVE}/recordings/{task['id']}/completion")
    shown = (await ask(world, "GET", f"{GIPO}/tasks/{task['id']}"))["data"]
    assert (shown["subject"], [each["tag"]["name"] for each in shown["tags"]]) == ("Wire the login", ["server"])
    assert shown["finalizedAt"] is not None
    moved = (await ask(world, "PATCH", f"{GIPO}/tasks/{task['id']}", {"stageId": last["id"]}))["data"]
    card = await ask(world, "GET", f"{NATIVE}/recordings/{task['id']}")
    assert card["parent_id"] == moved["stageId"] == last["id"]
    await ask(world, "DELETE", f"{GIPO}/tasks/{task['id']}")
    assert (await ask(world, "GET", f"{NATIVE}/recordings/{task['id']}"))["status"] == "trashed"
