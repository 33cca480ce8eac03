"""Many at once: nothing is lost, nothing is doubled, nobody is told of a server's failure."""

import asyncio
import random

from tests.recordings.deeds import API, board, children, done, numbered, seen, titles
from tests.world import World


async def test_twenty_moves_at_once_over_two_lists_lose_and_double_nothing(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    lists = [(await world.child("ana", todoset, "todolist", title=name))["id"] for name in ("one", "two")]
    todos = [(await world.child("ana", lists[n % 2], "todo", title=str(n)))["id"] for n in range(8)]
    chance = random.Random(7)
    moves = [
        world.rest(
            chance.choice(["ana", "abe", "bob", "mia"]),
            "PUT",
            f"{API}/recordings/{chance.choice(todos)}/position",
            {"parent_id": chance.choice(lists), "position": chance.choice([0, 1, 2, 2.5])},
        )
        for _ in range(20)
    ]
    answers = await asyncio.gather(*moves)
    assert [answer.status_code for answer in answers] == [200] * 20
    rows = [row for id in lists for row in await children(world, "ana", id)]
    assert sorted(row["id"] for row in rows) == sorted(todos)
    places = [(row["parent_id"], row["position"]) for row in rows]
    assert len(set(places)) == len(places)


async def test_people_who_do_everything_at_once_to_the_cards_of_a_board_lose_and_double_none(world: World) -> None:
    made = await board(world, await world.project())
    columns = [made["Triage"], made["Doing"], made["Done"]]
    cards = [(await world.child("ana", columns[n % 2], "card", title=str(n)))["id"] for n in range(10)]
    chance = random.Random(3)

    async def busy(who: str) -> set[int]:
        codes = set()
        for _ in range(20):
            body = {"parent_id": chance.choice(columns), "position": chance.choice([0, 1, 2, None])}
            deeds = [("PUT", "position", body)] * 6 + [("PUT", "completion", None)] * 2
            deeds += [("DELETE", "completion", None), ("PUT", f"status/{chance.choice(['trashed', 'active'])}", None)]
            method, side, sent = chance.choice(deeds)
            answer = await world.rest(who, method, f"{API}/recordings/{chance.choice(cards)}/{side}", sent)
            codes.add(answer.status_code)
        return codes

    people = ["ana", "abe", "bob", "mia"] * 2
    codes = set().union(*await asyncio.gather(*(busy(who) for who in people)))
    assert codes == {200, 422}  # 422: it is in the trash just now
    rows = [
        row
        for column in columns
        for gone in ("active", "trashed")
        for row in await children(world, "ana", column, f"?status={gone}")
    ]
    assert sorted(row["id"] for row in rows) == sorted(cards)
    assert len({(row["parent_id"], row["position"]) for row in rows}) == len(cards)
    assert {row["id"] for row in rows if row["completed"]} == {
        row["id"] for row in rows if row["parent_id"] == made["Done"]
    }


async def test_ten_who_complete_a_card_at_once_complete_it_once(world: World) -> None:
    made = await board(world, await world.project())
    card = await world.child("ana", made["Doing"], "card", title="Card")
    people = ["ana", "abe", "bob", "mia", "ana", "abe", "bob", "mia", "ana", "abe"]
    answers = await asyncio.gather(
        *(world.rest(who, "PUT", f"{API}/recordings/{card['id']}/completion") for who in people)
    )
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({(answer.json()["completed_at"], answer.json()["completed_by_id"]) for answer in answers}) == 1
    verbs = [row["action"] for row in await done(world, "ana", "GET", f"recordings/{card['id']}/events")]
    assert verbs == ["completed", "created"]
    assert await titles(world, "ana", made["Done"]) == ["Card"]


async def test_ten_cards_completed_at_once_are_all_in_done(world: World) -> None:
    made = await board(world, await world.project())
    cards = [(await world.child("ana", made["Doing"], "card", title=str(n)))["id"] for n in range(10)]
    answers = await asyncio.gather(*(world.rest("ana", "PUT", f"{API}/recordings/{id}/completion") for id in cards))
    assert [answer.status_code for answer in answers] == [200] * 10
    rows = await children(world, "ana", made["Done"])
    assert sorted(row["id"] for row in rows) == sorted(cards)
    assert sorted(row["position"] for row in rows) == sorted(numbered("abcdefghij").values())


async def test_twenty_todos_made_at_once_have_twenty_places(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    body = {"type": "todo", "title": "x"}
    answers = await asyncio.gather(
        *(world.rest("ana", "POST", f"{API}/recordings/{todoset}/children", body) for _ in range(20))
    )
    assert [answer.status_code for answer in answers] == [201] * 20
    rows = await children(world, "ana", todoset)
    assert [row["position"] for row in rows] == [float(number) for number in range(20)]


async def test_two_folders_moved_into_each_other_at_once_make_no_circle(world: World) -> None:
    vault = (await world.project())["containers"]["vault"]
    for _ in range(4):  # the first round finds too few open connections to be truly at once
        roots = [(await world.child("ana", vault, "vault", title="root"))["id"] for _ in range(2)]
        outer = [(await world.child("ana", root, "vault", title="outer"))["id"] for root in roots]
        inner = [(await world.child("ana", id, "vault", title="inner"))["id"] for id in outer]
        answers = await asyncio.gather(
            *(
                world.rest("ana", "PUT", f"{API}/recordings/{outer[n]}/position", {"parent_id": inner[1 - n]})
                for n in (0, 1)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 404]
        parents = [(await seen(world, "ana", id))["parent_id"] for id in outer]
        assert sorted([parents[0] == inner[1], parents[1] == inner[0]]) == [False, True]


async def test_what_is_made_while_its_list_goes_to_the_trash_is_not_left_behind(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    todolist = await world.child("ana", todoset, "todolist", title="List")
    group = await world.child("ana", todolist["id"], "todolist", title="Group")
    body = {"type": "todo", "title": "x"}
    makings = [world.rest("bob", "POST", f"{API}/recordings/{group['id']}/children", body) for _ in range(6)]
    trashing = world.rest("ana", "PUT", f"{API}/recordings/{todolist['id']}/status/trashed")
    answers = await asyncio.gather(*makings[:3], trashing, *makings[3:])
    codes = [answer.status_code for answer in answers]
    assert codes[3] == 200
    assert {*codes[:3], *codes[4:]} <= {201, 422}
    assert await children(world, "ana", group["id"]) == []
    trashed = await children(world, "ana", group["id"], "?status=trashed")
    assert len(trashed) == codes.count(201)


async def test_twenty_comments_at_once_are_all_counted(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    todo = await world.child("ana", todoset, "todo", title="To-do")
    answers = await asyncio.gather(
        *(world.rest("bob", "POST", f"{API}/recordings/{todo['id']}/comments", {"content": "x"}) for _ in range(20))
    )
    assert [answer.status_code for answer in answers] == [201] * 20
    assert (await seen(world, "ana", todo["id"]))["comment_count"] == 20


async def test_the_same_cheer_ten_times_at_once_is_left_once(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    todo = await world.child("ana", todoset, "todo", title="To-do")
    path = f"{API}/recordings/{todo['id']}/cheers"
    answers = await asyncio.gather(*(world.rest("bob", "POST", path, {"content": "x"}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
