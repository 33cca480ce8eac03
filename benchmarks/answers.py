"""What answers say, in one form for all peers, so that they can be compared.

Only spelling is evened out: names, the case of enums, how a moment is written, where a link's rows stand.
"""

from datetime import UTC, datetime
from typing import Any

import orjson

from benchmarks.load import Answer, Failed

Row = dict[str, Any]
MOMENTS = frozenset(
    {"starts_at", "ends_at", "completed_at", "pinned_at", "scheduled_at", "last_comment_at", "created_at", "updated_at"}
)


def rest_list(answer: Answer) -> Row:
    return {"total": int(answer.header("x-total-count") or -1), "rows": orjson.loads(answer.body)}


def rest_one(answer: Answer) -> Row:
    return {"rows": [orjson.loads(answer.body)]}


def rest_new(answer: Answer) -> Row:
    """What was made, without what nobody could know before."""
    (row,) = rest_one(answer)["rows"]
    return {"rows": [{**row, "id": None, "position": None, "created_at": None, "updated_at": None}]}


def graphql_list(answer: Answer) -> Row:
    return _connection(_data(answer)["organization"]["recordings"])


def sofa_list(answer: Answer) -> Row:
    return _connection(orjson.loads(answer.body))


def postgraphile_list(answer: Answer) -> Row:
    listed = _data(answer)["allRecordings"]
    return {"total": listed["totalCount"], "rows": [_from_tables(node) for node in listed["nodes"]]}


def brief_rows(answer: Answer) -> Row:
    """Of one list, or of several that follow each other."""
    lists = _data(answer)["organization"].values()
    return {"rows": [node for listed in lists for node in listed["nodes"]]}


def bare_rows(answer: Answer) -> Row:
    return {"rows": orjson.loads(answer.body)}


def postgraphile_rows(answer: Answer) -> Row:
    return {"rows": [_brief(node) for node in _data(answer)["allRecordings"]["nodes"]]}


def brief_lists(answer: Answer) -> Row:
    nodes = brief_rows(answer)["rows"]
    return {"rows": [{**node, "children": node["children"]["nodes"]} for node in nodes]}


def postgraphile_lists(answer: Answer) -> Row:
    return {
        "rows": [
            {
                "id": node["rowId"],
                "title": node["title"],
                "children": [_brief(row) for row in node["children"]["nodes"]],
            }
            for node in _data(answer)["allRecordings"]["nodes"]
        ]
    }


def brief_children(answer: Answer) -> Row:
    return {"rows": _data(answer)["organization"]["recording"]["children"]["nodes"]}


def _data(answer: Answer) -> Any:
    said = orjson.loads(answer.body)
    if said.get("errors") or not said.get("data"):
        raise Failed(f"{answer.body[:2000].decode()}")
    return said["data"]


def _connection(listed: Row) -> Row:
    return {"total": listed["totalCount"], "rows": [_as_rest(node) for node in listed["nodes"]]}


def _snake(node: Row) -> Row:
    return {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): value for name, value in node.items()}


def _as_rest(node: Row) -> Row:
    row = _snake(node)
    creator, assignees, mentioned = row.pop("creator"), row.pop("assignees"), row.pop("mentioned")
    return row | {
        "meta": {},
        "type": row["type"].lower(),
        "status": row["status"].lower(),
        "creator_name": creator["name"],
        "creator_image": creator["image"],
        "assignee_ids": [person["id"] for person in assignees],
        "mentioned_membership_ids": [person["id"] for person in mentioned],
    }


def _from_tables(node: Row) -> Row:
    """PostGraphile's row of a table. What Thicket computes from the row is computed here."""
    row: Row = {name: _moment(value) if name in MOMENTS else value for name, value in _snake(node).items()}
    creator, assignments, mentions = row.pop("creator"), row.pop("assignments"), row.pop("mentions")
    return row | {
        "id": row.pop("row_id"),
        "meta": {},
        "completed": row["completed_at"] is not None,
        "content_attachments": [],  # the data set embeds nothing
        "creator_name": creator["name"],
        "creator_image": creator["image"],
        "assignee_ids": [link["membershipId"] for link in assignments["nodes"]],
        "mentioned_membership_ids": [link["membershipId"] for link in mentions["nodes"]],
    }


def _brief(node: Row) -> Row:
    kept = {name: node[name] for name in ("title", "content", "dueOn", "commentCount")}
    people = [link["person"] for link in node["assignments"]["nodes"]]
    creator = node["creator"]
    return kept | {
        "id": node["rowId"],
        "completed": node["completedAt"] is not None,
        "createdAt": _moment(node["createdAt"]),
        "creator": {"id": creator["rowId"], "name": creator["name"], "image": creator["image"]},
        "assignees": [{"id": person["rowId"], "name": person["name"]} for person in people],
    }


def _moment(value: str | None) -> str | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def difference(given: Row, wanted: Row) -> str:
    """Where two lists part, for people."""
    for number, (one, other) in enumerate(zip(given["rows"], wanted["rows"], strict=False)):
        fields = [name for name in {**one, **other} if one.get(name, ...) != other.get(name, ...)]
        if fields:
            name = fields[0]
            return f"Row {number}, {', '.join(fields)}: {one.get(name, ...)!r} and {other.get(name, ...)!r}"
    totals = given.get("total"), wanted.get("total")
    return f"{len(given['rows'])} of {totals[0]} rows, and {len(wanted['rows'])} of {totals[1]}"
