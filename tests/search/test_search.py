"""Finding recordings by what they say (domain.md 2.16)."""

from typing import Any
from urllib.parse import quote

import pytest

from app.recordings.kind import KINDS
from tests.multipart import File
from tests.recordings.deeds import NOT_FOUND, answer, done, put, refusal, share, with_cleo
from tests.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 24


async def hits(world: World, q: str, query: str = "", who: str = "ana") -> list[Any]:
    return list(await done(world, who, "GET", f"search?q={quote(q)}{query}"))


async def found(world: World, q: str, query: str = "", who: str = "ana") -> set[str | None]:
    """The titles of what is found; a comment's or a line's text instead."""
    return {hit["title"] or hit["content"] for hit in await hits(world, q, query, who)}


async def message(world: World, project: dict[str, Any], title: str, content: str | None = None, **fields: Any) -> Any:
    return await world.child("ana", project["containers"]["message_board"], "message", title=title,
                             **({"content_html": content} if content else {}), **fields)  # fmt: skip


@pytest.fixture
async def project(world: World) -> dict[str, Any]:
    """Three messages about a garden, by ana."""
    made = await world.project()
    await message(world, made, "Rose garden", "<p>We plant red roses &amp; lavender.</p>")
    await message(world, made, "Lavender", "<p>The garden needs a <strong>fence</strong>.</p>")
    await message(world, made, "Café menu", "<p>Crème brûlée</p>")
    return made


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("garden", {"Rose garden", "Lavender"}),
        ("GARDEN fence", {"Lavender"}),
        ("gard", {"Rose garden", "Lavender"}),
        ("gard fence", set()),
        ('"rose garden"', {"Rose garden"}),
        ('"garden rose"', set()),
        ("menu OR fence", {"Café menu", "Lavender"}),
        ("garden -fence", {"Rose garden"}),
        ("cafe creme", {"Café menu"}),
        ("BRÛLÉE", {"Café menu"}),
        ("strong", set()),
        ("amp", set()),
        ("!!! & | ( ' : *", set()),
        ('"unterminated garden', set()),
    ],
)
async def test_what_the_words_and_operators_of_a_question_find(
    world: World, project: dict[str, Any], q: str, titles: set[str]
) -> None:
    assert await found(world, q) == titles


async def test_a_hit_is_the_recording_and_where_the_words_stand_in_it(world: World, project: dict[str, Any]) -> None:
    (hit,) = await hits(world, "roses")
    recording = await done(world, "ana", "GET", f"recordings/{hit['id']}")
    assert hit == recording | {
        "project_name": "Launch",
        "parent_title": hit["parent_title"],
        "byte_size": None,
        "content_type": None,
        "title_excerpt": "Rose garden",
        "excerpt": "We plant red <em>roses</em> &amp; lavender.",
    }
    assert hit["creator_name"] == "Ana"


async def test_what_matches_is_marked_and_everything_else_is_escaped(world: World) -> None:
    project = await world.project()
    made = await message(world, project, 'Is <b>1 & 2</b> "zebra"?', "<p>zebra &lt;script&gt; it's fine</p>")
    (hit,) = await hits(world, "zebra")
    assert hit["id"] == made["id"]
    assert hit["title_excerpt"] == "Is &lt;b&gt;1 &amp; 2&lt;/b&gt; &quot;<em>zebra</em>&quot;?"
    assert hit["excerpt"] == "<em>zebra</em> &lt;script&gt; it&#39;s fine"


async def test_comments_are_found_and_name_their_thread(world: World, project: dict[str, Any]) -> None:
    thread = (await hits(world, "lavender", "&type=message"))[0]
    await done(world, "bob", "POST", f"recordings/{thread['id']}/comments", {"content": "A wheelbarrow helps"})
    (hit,) = await hits(world, "wheelbarrow")
    assert (hit["type"], hit["parent_title"], hit["title_excerpt"]) == ("comment", thread["title"], None)
    assert hit["excerpt"] == "A <em>wheelbarrow</em> helps"


async def test_the_index_follows_every_change_at_once(world: World, project: dict[str, Any]) -> None:
    (hit,) = await hits(world, "fence")
    await done(world, "ana", "PATCH", f"recordings/{hit['id']}", {"title": "Pond", "content_html": "<p>Frogs</p>"})
    assert (await found(world, "fence"), await found(world, "frogs pond")) == (set(), {"Pond"})
    await put(world, "ana", hit["id"], "status/trashed")
    assert await found(world, "frogs") == set()
    await put(world, "ana", hit["id"], "status/archived")
    assert (await found(world, "frogs"), await found(world, "frogs", "&archived=true")) == (set(), {"Pond"})
    await put(world, "ana", hit["id"], "status/active")
    assert await found(world, "frogs") == {"Pond"}


async def test_filters_narrow_what_is_found(world: World, project: dict[str, Any]) -> None:
    other = await world.project("bob", "Other")
    await world.child("bob", other["containers"]["todoset"], "todo", title="Water the garden")
    chat = await world.child("bob", other["containers"]["chat"], "chat_line", content="garden party")
    every = {"Rose garden", "Lavender", "Water the garden", "garden party"}
    assert await found(world, "garden") == every
    assert await found(world, "garden", "&type=todo") == {"Water the garden"}
    assert await found(world, "garden", f"&project_id={project['id']}") == {"Rose garden", "Lavender"}
    assert await found(world, "garden", f"&creator_id={world.id('bob')}") == {"Water the garden", "garden party"}
    assert await found(world, "garden", "&exclude_chat=true") == every - {"garden party"}
    assert await found(world, "garden", "&project_id=none&creator_id=none") == set()
    day = chat["created_at"][:10]
    for bounds, titles in [("after", every), ("before", every), ("from", every), ("to", every)]:
        assert await found(world, "garden", f"&{bounds}={day}") == titles, bounds
    assert await found(world, "garden", "&after=9999-12-31") == set()
    assert await found(world, "garden", "&before=0001-01-01") == set()


async def test_better_matches_come_first_and_newest_when_asked(world: World) -> None:
    project = await world.project()
    await message(world, project, "Otter", "<p>An otter. Otter!</p>")
    await message(world, project, "Zoo", "<p>Among many other animals there is one otter</p>")
    assert [hit["title"] for hit in await hits(world, "otter")] == ["Otter", "Zoo"]
    assert [hit["title"] for hit in await hits(world, "otter", "&sort=recent")] == ["Zoo", "Otter"]


async def test_pages_of_hits_follow_each_other(world: World) -> None:
    project = await world.project()
    for number in range(5):
        await message(world, project, f"Walrus {number}")
    response = await world.rest("ana", "GET", "/api/v1/{org}/search?q=walrus&per_page=2&page=2")
    assert response.headers["x-total-count"] == "5"
    pages = [await hits(world, "walrus", f"&per_page=2&page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {hit["title"] for page in pages for hit in page} == {f"Walrus {number}" for number in range(5)}
    asked = """query ($org: String!, $after: String) { organization(slug: $org) {
        search(q: "walrus", first: 3, after: $after) {
          nodes { recording { id } } pageInfo { endCursor hasNextPage } totalCount } } }"""
    first = (await world.gql("ana", asked))["organization"]["search"]
    second = (await world.gql("ana", asked, after=first["pageInfo"]["endCursor"]))["organization"]["search"]
    ids = [node["recording"]["id"] for page in (first, second) for node in page["nodes"]]
    assert (len(ids), len(set(ids)), second["pageInfo"]["hasNextPage"], first["totalCount"]) == (5, 5, False, 5)


async def test_drafts_are_found_by_their_author_alone(world: World) -> None:
    project = await world.project()
    await message(world, project, "Secret quokka", status="drafted")
    assert (await found(world, "quokka"), await found(world, "quokka", who="bob")) == ({"Secret quokka"}, set())


async def test_clients_find_only_what_is_shared_with_them(world: World, project: dict[str, Any]) -> None:
    assert await found(world, "garden", who="cleo") == set()
    await with_cleo(world, project)
    assert await found(world, "garden", who="cleo") == set()
    (hit,) = await hits(world, "fence")
    await share(world, hit["id"])
    response = await world.rest("cleo", "GET", "/api/v1/{org}/search?q=garden")
    assert ([each["title"] for each in response.json()], response.headers["x-total-count"]) == (["Lavender"], "1")


async def test_nobody_finds_what_lies_in_projects_that_they_are_not_on(world: World) -> None:
    project = await world.project("ana", "Private", all_access=False)
    await message(world, project, "Hidden narwhal")
    assert (await found(world, "narwhal"), await found(world, "narwhal", who="abe")) == ({"Hidden narwhal"}, set())


async def test_another_organization_is_not_searched(world: World, project: dict[str, Any]) -> None:
    assert await answer(world, "eve", "GET", "search?q=garden") == (404, NOT_FOUND)
    response = await world.rest("eve", "GET", f"/api/v1/{world.other_org}/search?q=garden")
    assert (response.json(), response.headers["x-total-count"]) == ([], "0")


@pytest.mark.parametrize(
    ("query", "message", "field"),
    [
        ("q=", "q is required", "q"),
        ("q=%20%20", "q is required", "q"),
        ("", "q is required", "q"),
        (f"q={'x' * 201}", "q is longer than 200 characters", "q"),
        ("q=x&sort=best", "sort must be relevance or recent", "sort"),
        ("q=x&after=soon", "after must be YYYY-MM-DD", "after"),
        ("q=x&per_page=0", "per_page must be between 1 and 100", "per_page"),
        ("q=x%00y", "q holds characters that cannot be stored", "q"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_refused_by_name(
    world: World, query: str, message: str, field: str
) -> None:
    assert await refusal(world, "ana", "GET", f"search?{query}") == (422, message, field)


async def test_words_without_end_are_stored_all_the_same(world: World) -> None:
    project = await world.project()
    text = " ".join(f"{number:x}ԱԲԳԴԵԶԷԸ" for number in range(20_000))
    made = await message(world, project, "Endless", f"<p>{text}</p>")
    assert {hit["id"] for hit in await hits(world, "endless")} == {made["id"]}


async def test_files_are_found_by_their_names_and_kinds(world: World) -> None:
    project = await world.project()
    await world.upload("ana", project["containers"]["vault"], File("summer_menu-card.png", PNG))
    await world.upload("ana", project["containers"]["vault"], File("menu.txt", b"text"))
    hits_of = {hit["title"]: (hit["byte_size"], hit["content_type"]) for hit in await hits(world, "menu")}
    assert sorted(hits_of.values()) == [(4, "text/plain"), (len(PNG), "image/png")]
    assert await found(world, "card") == await found(world, "menu", "&file_type=image")
    assert len(await found(world, "menu", "&file_type=image")) == 1
    assert await found(world, "menu", "&file_type=pdf") == set()


async def test_last_year_ends_a_year_ago(world: World, project: dict[str, Any]) -> None:
    assert await found(world, "fence", "&since=last_year") == {"Lavender"}
    await world.owner.execute(
        "update recordings set created_at = now() - interval '367 days' where org_id = $1", world.org_id
    )
    assert await found(world, "fence", "&since=last_year") == set()
    assert await found(world, "fence", "&since=forever") == {"Lavender"}


async def test_what_search_can_be_narrowed_down_to_is_told(world: World) -> None:
    told = await done(world, "bob", "GET", "search/metadata")
    assert told["types"][0] == {"key": None, "value": "Everything"}
    assert {"key": "todo", "value": "To-dos"} in told["types"]
    assert {entry["key"] for entry in told["types"]} == {None} | {
        kind.type.value for kind in KINDS.values() if not kind.container
    }
    assert told["file_types"] == [
        {"key": None, "value": "All files"},
        {"key": "image", "value": "Images"},
        {"key": "audio", "value": "Audio"},
        {"key": "video", "value": "Video"},
        {"key": "pdf", "value": "PDFs"},
    ]
    assert (told["default_type_label"], told["default_file_type_label"]) == ("Everything", "All files")
    for entry in told["types"][1:]:
        assert await hits(world, "nothing", f"&type={entry['key']}") == []
