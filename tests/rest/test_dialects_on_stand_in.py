"""The representative routes of all five dialects on one small schema: each is documents and data, no code."""

from tests.rest.stand_in import client, schema

GIPO = {"authorization": "Bearer ba_ana"}
TICKWARD = {"authorization": "Bearer tw_ana"}
KITCHEN = {"authorization": "Bearer kt_ana"}


async def test_gipo_wraps_pages_in_data_and_pagination() -> None:
    async with client("", **GIPO) as http:
        first = (await http.get("/api/v1/projects?limit=2")).json()
        last = (await http.get("/api/v1/projects?limit=2&cursor=2")).json()
    assert first == {
        "data": [
            {"id": "1", "name": "P1", "createdAt": "2026-06-07T12:00:00.123Z"},
            {"id": "2", "name": "P2", "createdAt": "2026-06-07T12:00:00.123Z"},
        ],
        "pagination": {"nextCursor": "2"},
    }
    assert last["pagination"] == {"nextCursor": None}


async def test_gipo_requires_what_it_wraps() -> None:
    async with client("", **GIPO) as http:
        found = await http.get("/api/v1/projects/1")
        lost = await http.get("/api/v1/projects/99")
    assert found.json() == {"data": {"id": "1", "name": "P1", "createdAt": "2026-06-07T12:00:00.123Z"}}
    assert (lost.status_code, lost.json()) == (404, {"error": {"code": "not_found", "message": "Not found"}})


async def test_kitchen_takes_forms_with_files_and_bracketed_names() -> None:
    fields = {"title": "New project", "name": "John", "custom_fields[Project Type]": "design"}
    files = [("files[]", ("a.jpg", b"x", "image/jpeg")), ("files[]", ("b.jpg", b"y", "image/jpeg"))]
    async with client("", **KITCHEN) as http:
        answer = await http.post("/api/v1/projects", data=fields, files=files)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": "4",
        "author": {"id": "mem", "name": "John"},
        "title": "New project",
        "status": "active",
        "created_at": "2026-06-07T12:00:00+00:00",
        "custom_fields": {"Project Type": "design"},
        "attachments": ["a.jpg", "b.jpg"],
    }


async def test_kitchen_takes_urlencoded_forms_and_json_alike() -> None:
    async with client("", **KITCHEN) as http:
        form = await http.post("/api/v1/projects", data={"title": "A", "name": "J"})
        json = await http.post("/api/v1/projects", json={"title": "A", "name": "J"})
        lacking = await http.post("/api/v1/projects", data={"title": "A"})
    assert (form.json()["title"], json.json()["title"]) == ("A", "A")
    assert (lacking.status_code, lacking.json()) == (
        422,
        {"message": "name is required", "errors": {"name": ["name is required"]}},
    )


async def test_kitchen_removes_without_a_body() -> None:
    async with client("", **KITCHEN) as http:
        gone = await http.delete("/api/v1/projects/1")
        again = await http.delete("/api/v1/projects/1")
    assert (gone.status_code, gone.content) == (204, b"")
    assert again.status_code == 404
    assert list(schema.store.projects) == ["2", "3"]


async def test_thinkex_speaks_camel_case_but_for_one_key() -> None:
    async with client() as http:
        made = await http.post("/api/workspaces", json={"name": "W", "is_public": True})
        listed = await http.get("/api/workspaces")
        gone = await http.delete("/api/workspaces/4")
    assert made.status_code == 201
    assert made.json() == {"workspace": {"id": "4", "name": "W", "isPublic": True, "createdAt": "2026-06-07T12:00:00Z"}}
    assert listed.json()["workspaces"][0] == {"id": "1", "name": "P1", "createdAt": "2026-06-07T12:00:00Z"}
    assert gone.json() == {"success": True}


async def test_tickward_makes_a_tree_at_once() -> None:
    sent = {
        "name": "Launch",
        "spaces": [{"name": "S", "timers": [{"title": "t1", "ends_at": "2026-10-10T09:30:00.000Z"}]}],
        "timers": [{"title": "t0"}],
    }
    async with client("", **TICKWARD) as http:
        answer = await http.post("/api/v1/projects", json=sent)
    assert answer.status_code == 201
    assert answer.json() == {
        "object": "project",
        "id": "4",
        "name": "Launch",
        "color": None,
        "timer_count": 2,
        "spaces": [
            {
                "object": "space",
                "id": "s0",
                "name": "S",
                "timers": [{"object": "timer", "id": "t0", "title": "t1", "ends_at": "2026-10-10T09:30:00.000Z"}],
            }
        ],
        "timers": [{"object": "timer", "id": "t0", "title": "t0", "ends_at": None}],
    }


async def test_tickward_rejects_unknown_fields_with_their_places() -> None:
    sent = {"name": "L", "nope": 1, "spaces": [{"name": "S", "bad": 2, "timers": [{"ends_at": "x"}]}]}
    async with client("", **TICKWARD) as http:
        answer = await http.post("/api/v1/projects", json=sent)
    assert answer.status_code == 400
    assert [row["path"] for row in answer.json()["error"]["errors"]] == [
        "/spaces/0/timers/0/title",
        "/spaces/0/timers/0/ends_at",
        "/spaces/0/bad",
        "/nope",
    ]
    assert len(schema.store.projects) == 3


async def test_tickward_rejects_a_field_whose_name_no_text_can_hold() -> None:
    headers = {**TICKWARD, "content-type": "application/json"}
    async with client("", **headers) as http:
        answer = await http.post("/api/v1/projects", content='{"name": "L", "a\\ud800": 1}')
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"] == [{"path": "/a?", "message": "a? is not a known field"}]
