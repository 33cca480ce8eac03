"""Random documents over the schema, valid by construction."""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)
from strawberry.types.field import StrawberryField

from app.core.sources import SOURCE

ROOTS = (
    "projects", "project", "recordings", "recording", "people", "companies", "commentable", "assignable", "groups",
    "invitations", "allProjects", "membership", "person", "company", "group", "subscribable",
)  # fmt: skip
OF = {
    "project": "Project", "projectId": "Project", "person": "Person", "company": "Company", "group": "PeopleGroup",
    "commentable": "Message", "assignable": "Todo", "subscribable": "Message",
}  # fmt: skip
"""The type of what a field or an argument wants the id of."""
LEAVES = (
    "name", "slug", "__typename", "logo", "createdAt", "role", "membershipId", "soleOwner", "viewerCanInvite",
    "requiresTwoFactorSetup",
)  # fmt: skip
PAGING = ("first", "after", "last", "before", "page")
CONNECTION = ("nodes", "edges", "node", "pageInfo")
DEEPEST = 5


@dataclass
class Document:
    """A query that enters one organization, and its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class Generator:
    """Makes documents about what is there, some of which not everybody may see."""

    schema: GraphQLSchema
    ids: dict[str, list[str]]
    """What there is, by the type that shows it."""
    dice: random.Random
    by_hand: float = 0.0
    """How often a field may be chosen that is programmed, not declared: the executor's own."""
    cursors: dict[str, list[str]] = field(default_factory=dict)
    """Cursors that were answered, by the list that gave them out."""
    definitions: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def document(self, slug: str) -> Document:
        self.by_hand = 0.3 if self.dice.random() < 0.2 else 0.0
        self.definitions, self.variables, self.fragments = {"org": "String!"}, {"org": slug}, []
        kinds = ["organization"], ["organization", "viewer"], ["organization", "organization"], ["node"], ["viewer"]
        (roots,) = self.dice.choices(kinds, (60, 10, 8, 15, 7))
        roots = [*roots, *self.dice.choices(([], ["__typename"], ["node"], ["signInAvailable"]), (90, 8, 1, 1))[0]]
        chosen = [self._root(name, number) for number, name in enumerate(roots)]
        if "organization" not in roots:
            del self.definitions["org"], self.variables["org"]
        head = ", ".join(f"${name}: {kind}" for name, kind in self.definitions.items())
        body = f"query Generated{f'({head})' if head else ''} {{ {' '.join(chosen)} }}"
        return Document("\n".join([body, *self.fragments]), dict(self.variables))

    def _root(self, name: str, number: int) -> str:
        alias = f"r{number}: " if number else ""
        match name:
            case "organization":
                return f"{alias}organization(slug: $org) {self._organization()}"
            case "node":
                of = self.dice.choice(
                    ("Project", "Recording", "Recording", "Person", "Company", "PeopleGroup", "Organization")
                )
                node = f"${self._variable('ID!', self._id(of))}"
                return f"{alias}node(id: {node}) {self._selection(self.schema.type_map['Node'], 1)}"
            case "viewer":
                return f"{alias}viewer {self._selection(self.schema.type_map['Viewer'], 1)}"
            case _:
                return f"{alias}{name}"

    def _organization(self) -> str:
        organization = self.schema.type_map["Organization"]
        assert isinstance(organization, GraphQLObjectType)
        names = self.dice.sample(ROOTS, self.dice.randint(1, 2))
        chosen = [self._field(organization.fields[name], name, 1) for name in names]
        if self.dice.random() < 0.3:
            chosen += self.dice.sample(LEAVES, 3)
        return f"{{ {' '.join(chosen)} }}"

    def _selection(self, on: Any, depth: int) -> str:
        names = [name for name, each in on.fields.items() if self._fits(each, depth)]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 6)))
        parts = [self._field(on.fields[name], name, depth) for name in chosen]
        if self.dice.random() < 0.25:
            parts.append("__typename")
        if isinstance(on, GraphQLInterfaceType):
            for shown in self.dice.sample(list(self.schema.get_possible_types(on)), self.dice.randint(0, 2)):
                parts.append(self._spread(shown, depth))
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _spread(self, shown: GraphQLObjectType, depth: int) -> str:
        # Every key in a fragment has an alias of its own, so that no two types clash under one key.
        leaves = [
            name
            for name, each in shown.fields.items()
            if is_leaf_type(get_named_type(each.type)) and self._fits(each, depth)
        ]
        picked = self.dice.sample(leaves, min(len(leaves), 3))
        body = " ".join(f"{shown.name}_{name}: {name}" for name in picked)
        if self.dice.random() < 0.5:
            return f"... on {shown.name} {{ {body} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {shown.name} {{ {body} }}")
        return f"...{name}"

    def _fits(self, each: GraphQLField, depth: int) -> bool:
        if not is_leaf_type(get_named_type(each.type)) and depth >= DEEPEST:
            return False
        return _is_declared(each) or self.dice.random() < self.by_hand

    def _field(self, each: GraphQLField, name: str, depth: int) -> str:
        alias = f"a{self.dice.randint(0, 999_999)}_{name}: " if self.dice.random() < 0.8 or each.args else ""
        named = get_named_type(each.type)
        text = f"{alias}{name}{self._arguments(each, name)}{self._directive()}"
        return text + (self._selection(named, depth + 1) if is_composite_type(named) else "")

    def _directive(self) -> str:
        if self.dice.random() > 0.08:
            return ""
        kind, value = self.dice.choice(("skip", "include")), self.dice.random() < 0.5
        return f" @{kind}(if: ${self._variable('Boolean!', value)})"

    def _arguments(self, each: GraphQLField, field_name: str) -> str:
        given = self._page(field_name) if "first" in each.args else {}
        given = {name: value for name, value in given.items() if name in each.args}
        for name, argument in each.args.items():
            required = isinstance(argument.type, GraphQLNonNull) and not argument.default_value
            if name not in PAGING and (required or self.dice.random() < 0.35):
                value = self._value(field_name, name, argument)
                if value is not None:
                    given[name] = value
        return "(" + ", ".join(f"{name}: {value}" for name, value in given.items()) + ")" if given else ""

    def _page(self, field_name: str) -> dict[str, str]:
        """A page of the list: mostly one that makes sense, behind a cursor that the list has given out."""
        kind = self.dice.choices(("all", "front", "back", "number", "nonsense"), (25, 30, 15, 25, 5))[0]
        names = {
            "all": [],
            "front": ["first", *self.dice.sample(["after", "before"], self.dice.choice((0, 1, 1, 2)))],
            "back": ["last", *self.dice.sample(["before", "after"], self.dice.choice((0, 1, 1, 2)))],
            "number": ["first", "page"],
            "nonsense": self.dice.sample(PAGING, self.dice.randint(1, 4)),
        }[kind]
        return {name: value for name in names if (value := self._place(field_name, name)) is not None}

    def _place(self, field_name: str, name: str) -> str | None:
        if name in ("after", "before"):
            known = self.cursors.get(field_name, [])
            if self.dice.random() < 0.03:
                known = [*(each for given in self.cursors.values() for each in given), "nonsense", ""]
            if not known:
                return None
            cursor = self.dice.choice(known)
            return f'"{cursor}"' if self.dice.random() < 0.3 else f"${self._variable('String', cursor)}"
        number = self.dice.choice((1, 2, 3, 50, 100) if name != "page" else (1, 2))
        if self.dice.random() < 0.02:
            number = self.dice.choice((0, 101))
        return str(number) if self.dice.random() < 0.5 else f"${self._variable('Int', number)}"

    def _id(self, of: str) -> str:
        """Mostly of something that is there, though perhaps not for everybody."""
        known = self.ids[of if of in self.ids else OF.get(of, "Recording")]
        if self.dice.random() < 0.06:
            known = [*(each for ids in self.ids.values() for each in ids), "", "nonsense"]
        found = self.dice.choice(known)
        return found.upper() if self.dice.random() < 0.1 else found

    def _value(self, within: str, name: str, argument: GraphQLArgument) -> str | None:
        named = get_named_type(argument.type)
        if isinstance(named, GraphQLEnumType):
            value = self.dice.choice(list(named.values))
            return value if self.dice.random() < 0.5 else f"${self._variable(str(argument.type), value)}"
        if named.name == "ID":
            return f"${self._variable(str(argument.type), self._id(within if name == 'id' else name))}"
        return self.dice.choice(("true", "false")) if named.name == "Boolean" else None

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.definitions)}"
        self.definitions[name] = kind
        self.variables[name] = value
        return name


def cursors_in(answer: Any, known: dict[str, list[str]], within: str = "") -> None:
    """Take the cursors out of an answer, and file each under the list that gave it out."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            name = key.rpartition("_")[2]
            if isinstance(value, str) and name.lower().endswith("cursor"):
                known.setdefault(within, []).append(value)
            else:
                cursors_in(value, known, within if name in CONNECTION else name)
    elif isinstance(answer, list):
        for each in answer:
            cursors_in(each, known, within)


def _is_declared(each: GraphQLField) -> bool:
    """Whether the field says where it comes from, in a way that SQL can say too."""
    definition = each.extensions.get("strawberry-definition")
    if not isinstance(definition, StrawberryField):
        return False
    return definition.base_resolver is None or definition.metadata.get(SOURCE) is not None
