"""JSON Schemas for the OpenAPI document: of answers by what the documents select, of requests by their variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.type import get_nullable_type

from rest_compat.compile import Parameter
from rest_compat.decode import refuses_null
from rest_compat.documents import object_types
from rest_compat.profile import Profile
from rest_compat.shape import Place, Shape, lifted

Json = dict[str, Any]

LEAVES: dict[str, Json] = {
    "ID": {"type": "string", "examples": ["0197a3c2-5a7e-7c11-9f43-2f1c9b8d2e41"]},
    "String": {"type": "string"},
    "Int": {"type": "integer", "format": "int32"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "DateTime": {"type": "string", "format": "date-time", "examples": ["2026-06-07T12:00:00.000Z"]},
    "Date": {"type": "string", "format": "date", "examples": ["2026-06-07"]},
    "UUID": {"type": "string", "format": "uuid", "examples": ["0197a3c2-5a7e-7c11-9f43-2f1c9b8d2e41"]},
    "Upload": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"},
    "FileOrAddress": {"type": "string", "examples": ["https://example.com/attachment.jpg"]},
}
LIMITS = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "minimum": "minimum",
    "maximum": "maximum",
    "min_items": "minItems",
    "max_items": "maxItems",
    "pattern": "pattern",
    "examples": "examples",
}
"""What a field's or argument's `metadata` may say of its values, and what JSON Schema calls it."""


SHAPE = "json_schema"
"""Where it says what the JSON in a field or argument looks like, for the scalar says nothing of it."""


@dataclass
class Components:
    """The named schemas of one document, while it is written."""

    profile: Profile
    schema: GraphQLSchema
    named: dict[str, Json] = field(default_factory=dict)


def nullable(schema: Json) -> Json:
    """The same, or null."""
    any_value = not schema.keys() - {"description", "examples"}
    if any_value or "null" in schema.get("type", ()) or {"type": "null"} in schema.get("anyOf", ()):
        return schema
    if isinstance(schema.get("type"), str):
        found = {**schema, "type": [schema["type"], "null"]}
        return {**found, "enum": [*schema["enum"], None]} if "enum" in schema else found
    described = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [{key: schema[key] for key in schema if key != "description"}, {"type": "null"}], **described}


def body_schema(components: Components, shape: Shape, place: Place | None) -> Json:
    """The schema of an answer's body: what is at `place`, or the whole data."""
    if place is None:
        return _object(components, shape)
    definition = place.field.type
    found = _value(components, place, definition.of_type if is_non_null_type(definition) else definition, None)
    return nullable(found) if place.nullable else found


def _value(components: Components, place: Place, kind: Any, concrete: str | None) -> Json:
    """The schema of a field's value, without null."""
    if is_list_type(kind):
        return {"type": "array", "items": _nullable_value(components, place, kind.of_type, concrete)}
    if place.inner is not None and place.pluck:
        only = place.inner.only()
        return _nullable_value(components, only, only.field.type, None)
    if place.inner is not None:
        return _object(components, place.inner)
    if place.name == "__typename":
        names = sorted([concrete] if concrete else place.types)
        return _one_of([place.encode(name) if place.encode else name for name in names])
    return _told(place.field) or _encoded(components.profile, place, get_named_type(kind))


def _encoded(profile: Profile, place: Place, kind: GraphQLNamedType) -> Json:
    """The schema of a leaf, where the dialect writes a few values otherwise than the scalar or enum is written."""
    few = list(kind.values) if isinstance(kind, GraphQLEnumType) else [True, False] if kind.name == "Boolean" else []
    usual = profile.encoder(kind.name, isinstance(kind, GraphQLEnumType))
    if not few or place.encode is None or place.encode is usual:
        return leaf(profile, kind)
    written = [place.encode(each) for each in few]
    return _one_of([each for each in written if each is not None or not place.omit_null] or [None])


def _one_of(values: list[Any]) -> Json:
    """One of these values, which are text, or true or false, or nothing but null."""
    if values[0] is None:
        return {"type": "null"}
    kind = {"type": "boolean" if isinstance(values[0], bool) else "string"}
    distinct = list(dict.fromkeys(values))
    return {**kind, "const": distinct[0]} if len(distinct) == 1 else {**kind, "enum": distinct}


def _nullable_value(components: Components, place: Place, kind: Any, concrete: str | None) -> Json:
    if is_non_null_type(kind):
        return _value(components, place, kind.of_type, concrete)
    return nullable(_value(components, place, kind, concrete))


def leaf(profile: Profile, kind: GraphQLNamedType) -> Json:
    """The schema of a scalar or enum."""
    if isinstance(kind, GraphQLEnumType):
        return {"type": "string", "enum": list(profile.spell(kind).values())}
    known = {**LEAVES, **profile.schemas}.get(kind.name)
    if known is not None:
        return dict(known)
    return {"description": kind.description} if kind.description and kind.name != "JSON" else {}


def _object(components: Components, shape: Shape) -> Json:
    """The object, or a reference to it where a fragment gives it a name."""
    if shape.fragment is None:
        return _variants(components, shape, None)
    name = shape.fragment.name.value
    if name not in components.named:
        components.named[name] = {}  # a name for what may refer to itself
        found = _variants(components, shape, name)
        described = {"description": shape.fragment.description.value} if shape.fragment.description else {}
        components.named[name] = {"title": name, **described, **found}
    return {"$ref": f"#/components/schemas/{name}"}


def _variants(components: Components, shape: Shape, name: str | None) -> Json:
    """One object schema; where types differ in their keys, a choice of them."""
    groups: dict[str, tuple[list[str], Json]] = {}
    for concrete in sorted(object_types(components.schema, shape.on)):
        found = _properties(components, shape, concrete)
        likeness = repr({**found, "properties": {k: _alike(v) for k, v in found["properties"].items()}})
        types, first = groups.setdefault(likeness, ([], found))
        types.append(concrete)
        if len(types) > 1:
            _merge(first, found)
    choices = [found for _, found in groups.values()]
    if len(choices) == 1:
        return choices[0]
    if name is None:
        return {"anyOf": choices}
    references = []
    for types, found in groups.values():
        variant = f"{name}{types[0]}" if len(types) == 1 else f"{name}{types[0]}AndOthers"
        components.named[variant] = {"title": variant, **found}
        references.append({"$ref": f"#/components/schemas/{variant}"})
    return {"anyOf": references}


def _alike(schema: Json) -> Json:
    """The schema without what a type's name and a field's description say."""
    return {key: value for key, value in schema.items() if key not in ("const", "enum", "description")} | (
        {} if "const" in schema or "type" not in schema else {"enum": schema.get("enum")}
    )


def _merge(into: Json, other: Json) -> None:
    """Take the names of another type's `const` up into the same property of the first."""
    for key, schema in into["properties"].items():
        if "const" in schema or "const" in other["properties"][key]:
            values = schema.pop("enum", None) or [schema.pop("const")]
            schema |= _one_of([*values, other["properties"][key]["const"]])


def _properties(components: Components, shape: Shape, concrete: str) -> Json:
    """The object as one type gives it."""
    found: Json = {"type": "object", "properties": {}, "required": []}
    for path in shape.containers:
        _inside(found, path)
    for place in shape.places.values():
        if place.silent or concrete not in place.types:
            continue
        into = _inside(found, place.nest)
        if place.flatten is not None:
            _lift(components, place, into)
            continue
        definition = _definition(components, place, concrete)
        value = _nullable_value(components, place, definition.type, concrete)
        told = _told_of_type(value) if place.name == "__typename" else definition.description
        into["properties"][place.wire] = described(value, told)
        if not place.sometimes and not place.omit_null:
            into["required"].append(place.wire)
    return found


def _told_of_type(schema: Json) -> str:
    """What is said of a field that depends on nothing but the type of the object."""
    return "Always null: nothing here has it." if schema.get("type") == "null" else "Which kind of thing it is."


def _definition(components: Components, place: Place, concrete: str) -> GraphQLField:
    kind = components.schema.type_map[concrete]
    assert isinstance(kind, GraphQLObjectType)
    return kind.fields.get(place.name, place.field)


def _inside(found: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        if key not in found["properties"]:
            found["properties"][key] = {"type": "object", "properties": {}, "required": []}
            found["required"].append(key)
        found = found["properties"][key]
    return found


def _lift(components: Components, place: Place, into: Json) -> None:
    assert place.inner is not None
    inner = _variants(components, place.inner, None)
    choices = inner.get("anyOf", [inner])
    always = is_non_null_type(place.field.type) and len(choices) == 1
    for key in lifted(place.inner):
        schema = next(choice["properties"][key] for choice in choices if key in choice["properties"])
        into["properties"][f"{place.flatten}{key}"] = schema if always else nullable(schema)
        into["required"].append(f"{place.flatten}{key}")


def described(schema: Json, description: str | None) -> Json:
    """The schema with the description, if there is one."""
    return {**schema, "description": description} if description else schema


def input_schema(components: Components, kind: Any) -> Json:
    """What a request may hold for this input type."""
    if not is_non_null_type(kind):
        return nullable(_input(components, kind))
    return _input(components, kind.of_type)


def _input(components: Components, kind: Any) -> Json:
    if is_list_type(kind):
        return {"type": "array", "items": input_schema(components, kind.of_type)}
    if not isinstance(kind, GraphQLInputObjectType):
        return leaf(components.profile, kind)
    if kind.name not in components.named:
        components.named[kind.name] = {}  # a name for what may refer to itself
        components.named[kind.name] = _input_object(components, kind)
    return {"$ref": f"#/components/schemas/{kind.name}"}


def _input_object(components: Components, kind: GraphQLInputObjectType) -> Json:
    case = components.profile.case
    properties = {case(name): _place_schema(components, each.type, each) for name, each in kind.fields.items()}
    required = [case(name) for name, each in kind.fields.items() if is_required_input_field(each)]
    return described(closed(components.profile, properties, required), kind.description)


def closed(profile: Profile, properties: Json, required: list[str]) -> Json:
    """An object of a request; no other keys if the dialect refuses unknown ones."""
    found: Json = {"type": "object", "properties": properties}
    if required:
        found["required"] = required
    return {**found, "additionalProperties": False} if profile.unknown_fields == "reject" else found


def _place_schema(components: Components, kind: Any, place: GraphQLInputField | GraphQLArgument | None) -> Json:
    if place is None:
        return input_schema(components, kind)
    own = (_told(place) or _input(components, get_nullable_type(kind))) | limits(place)
    found = own if is_non_null_type(kind) or refuses_null(place) else nullable(own)
    return described(found, place.description)


def limits(place: GraphQLInputField | GraphQLArgument) -> Json:
    """What the place's metadata says of its values."""
    return {LIMITS[key]: value for key, value in _metadata(place).items() if key in LIMITS}


def _told(place: GraphQLField | GraphQLInputField | GraphQLArgument) -> Json:
    """What the place's metadata says of the JSON in it; nothing where the scalar says it all."""
    return dict(_metadata(place).get(SHAPE, ()))


def _metadata(place: GraphQLField | GraphQLInputField | GraphQLArgument) -> Mapping[Any, Any]:
    return getattr(place.extensions.get("strawberry-definition"), "metadata", None) or {}


def parameter_schema(components: Components, parameter: Parameter) -> Json:
    """What the wire may hold for a variable."""
    found = {
        key: value
        for key, value in _place_schema(components, parameter.type, parameter.definition).items()
        if key != "description"
    }
    if parameter.has_default and parameter.default is not None:
        named = get_named_type(parameter.type)
        spelled = components.profile.spell(named) if isinstance(named, GraphQLEnumType) else {}
        found["default"] = _spelled(parameter.default, spelled)
    return found


def _spelled(default: Any, spelled: Mapping[str, str]) -> Any:
    if isinstance(default, list):
        return [_spelled(each, spelled) for each in default]
    return spelled.get(default, default) if isinstance(default, str) else default
