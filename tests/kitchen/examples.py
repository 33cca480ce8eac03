"""What an example of each of Kitchen's routes says (tests/contract/examples.py)."""

from typing import Any

DESIGN = ("PUT", "/{org}/projects/prj-1/custom-fields", {"values": [{"field_id": "cf-1", "value": "design"}]})
PUT_ON = ("PUT", "/{org}/projects/prj-1/people")

ASKED: dict[str, dict[str, Any]] = {
    "KitchenListProjects": {"needs": ("prj-1",)},
    "KitchenGetProject": {"id": "prj-1", "needs": ("msg-1", "cf-1"), "first": (DESIGN,)},
    "KitchenCreateProject": {
        "needs": ("cf-1",),
        "bad": {"email": "nobody", "title": "x" * 201},
        "title": "New project",
        "name": "John Doe",
        "email": "john-{tag}@example.com",
        "initial_message": "Lorem *Ipsum*",
        "initial_message_format": "markdown",
        "custom_fields": {"Project Type": "design"},
    },
    "KitchenUpdateProject": {"id": "prj-1", "title": "New project title", "bad": {"title": "x" * 201}},
    "KitchenAddClient": {"project_id": "prj-1", "user_id": "mem-cleo", "bad": {"user_id": "mem-bob"}},
    "KitchenRemoveClient": {
        "project_id": "prj-1",
        "client_id": "mem-cleo",
        "first": ((*PUT_ON, {"grant": ["mem-cleo"]}),),
    },
    "KitchenAddManager": {"project_id": "prj-1", "user_id": "mem-bob", "bad": {"user_id": "mem-cleo"}},
    "KitchenListMessages": {"project_id": "prj-1", "needs": ("msg-1",)},
    "KitchenCreateMessage": {
        "project_id": "prj-1",
        "body": "Lorem *Ipsum*",
        "format": "markdown",
        "bad": {"project_id": "mem-bob"},
    },
    "KitchenGetMessage": {"message_id": "msg-1"},
    "KitchenGetClient": {"client_id": "mem-cleo"},
    "KitchenGetManager": {"needs": ("prj-1",), "manager_id": "mem-bob"},
    "KitchenListClients": {"needs": ("mem-cleo",)},
    "KitchenCreateClient": {"name": "John Doe", "email": "john-{tag}@example.com", "bad": {"email": "nobody"}},
    "KitchenListManagers": {"needs": ("mem-bob",)},
    "KitchenListProjectManagers": {"project_id": "prj-1"},
    "KitchenRemoveManager": {
        "project_id": "prj-1",
        "manager_id": "mem-mia",
        "first": ((*PUT_ON, {"grant": ["mem-mia"]}),),
    },
}
