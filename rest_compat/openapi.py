"""The OpenAPI 3.1 document of a dialect, written from its compiled routes."""

from typing import Any

from graphql import GraphQLSchema, OperationType, get_named_type

from app.core import errors
from rest_compat.compile import Parameter, Route
from rest_compat.dispatch import MOUNT, Dialect
from rest_compat.examples import made_up, written
from rest_compat.outcome import EMPTY
from rest_compat.profile import Profile
from rest_compat.refusing import failure_of
from rest_compat.schemas import Components, body_schema, closed, input_schema, parameter_schema

Json = dict[str, Any]

IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[A-Za-z0-9._:-]+$"},
    "description": "Sent again within 24 hours, the same request under the same key has no second effect and gets the "
    "first answer, with `Idempotency-Replayed: true`; another request under it gets 409.",
}

REFUSALS: tuple[errors.AppError, ...] = (
    errors.BadRequest("Malformed JSON"),
    errors.Unauthenticated(),
    errors.LimitReached(details={"limit": "projects", "allowed": 3, "used": 3}),
    errors.Forbidden(),
    errors.NotFound(),
    errors.Conflict(),
    errors.PayloadTooLarge(),
    errors.UnsupportedMediaType(),
    errors.Invalid.field("name", errors.Reason.required, "name is required"),
    errors.RateLimited(),
    errors.Internal(),
    errors.Unavailable(),
)


def document(schema: GraphQLSchema, dialect: Dialect) -> Json:
    """The whole document."""
    profile = dialect.profile
    components = Components(profile, schema)
    refusals: Json = {}
    paths: Json = {}
    for route in sorted(dialect.routes, key=lambda each: (each.tags, each.path, each.when is not None)):
        path = route.path.removeprefix(profile.base) if route.in_base else route.path
        entry = paths.setdefault(path, {} if route.in_base else {"servers": [{"url": "/"}]})
        if route.when is None:
            entry[route.method.lower()] = _operation(components, refusals, route)
        else:
            _add_variant(components, entry[route.method.lower()], route, route.when)
    named = {"Error": dict(profile.error_schema), **dict(sorted(components.named.items()))}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": profile.title,
            "version": "1",
            "description": profile.summary,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": _servers(profile),
        "security": [{name: []} for name in profile.security],
        "tags": [{"name": tag, "description": _tag(profile, tag)} for tag in _tags(dialect)],
        "paths": paths,
        "components": {
            "schemas": named if refusals else components.named,
            "responses": dict(sorted(refusals.items())),
            "securitySchemes": dict(profile.security),
        },
    }


def _tags(dialect: Dialect) -> list[str]:
    return sorted({tag for route in dialect.routes for tag in route.tags})


def _servers(profile: Profile) -> list[Json]:
    """Where its paths begin. A dialect that needs a key to be known by has a mount, where it is known without."""
    mounted = [{"url": f"/{MOUNT}/{profile.name}{profile.base}"}] if profile.only_keys else []
    return [*mounted, {"url": profile.base}]


def _tag(profile: Profile, tag: str) -> str:
    """What the profile says of the section, else the comment that its file begins with."""
    if tag in profile.tags:
        return profile.tags[tag]
    path = profile.folder / f"{tag}.graphql"
    lines = path.read_text().splitlines() if path.is_file() else []
    comment: list[str] = []
    for line in lines:
        if not line.startswith("#"):
            break
        comment.append(line.lstrip("# ").strip())
    return " ".join(comment) or f"{tag.replace('-', ' ').replace('_', ' ').capitalize()}."


def _operation(components: Components, refusals: Json, route: Route) -> Json:
    summary, _, rest = (route.description or route.name).partition("\n")
    found: Json = {"operationId": route.name, "summary": summary.strip().rstrip("."), "tags": list(route.tags)}
    if rest.strip():
        found["description"] = rest.strip()
    parameters = [_parameter(components, each) for each in route.parameters if each.where != "BODY"]
    if parameters := [*parameters, *([IDEMPOTENCY_KEY] if _is_repeatable(route) else [])]:
        found["parameters"] = parameters
    if route.reads_body:
        found["requestBody"] = _request(components, route)
    followed = {"200": {"description": "What is there, for clients that follow the address."}}
    found["responses"] = {
        **(followed if 300 <= route.status < 400 else {}),
        str(route.status): _success(components, route),
        **(_ranges(components, route) if route.streamed else {}),
        **_refused(components, refusals, route),
    }
    if route.public:
        found["security"] = []
    found["x-graphql-operation"] = route.operation.text
    return found


def _add_variant(components: Components, operation: Json, route: Route, when: tuple[str, str]) -> None:
    """Document that another operation answers when the query says so: one more parameter, one more answer."""
    name, value = when
    summary = (route.description or route.name).partition("\n")[0].strip().rstrip(".")
    parameter = {"name": name, "in": "query", "required": False, "schema": {"type": "string", "enum": [value]}}
    operation.setdefault("parameters", []).append({**parameter, "description": f"`{value}`: {summary}."})
    usual = operation["responses"][str(route.status)]["content"]["application/json"]
    variant = _success(components, route)["content"]["application/json"]
    usual["schema"] = {"anyOf": [usual["schema"], variant["schema"]]}
    operation[f"x-graphql-operation-{value}"] = route.operation.text


def _parameter(components: Components, parameter: Parameter) -> Json:
    found: Json = {
        "name": parameter.wire,
        "in": parameter.where.lower(),
        "required": parameter.required or parameter.where == "PATH",
        "schema": parameter_schema(components, parameter),
    }
    return {**found, "description": parameter.description} if parameter.description else found


def _request(components: Components, route: Route) -> Json:
    body = [each for each in route.parameters if each.where == "BODY"]
    schema = _whole(components, body) or _object(components, body)
    kinds = ["multipart/form-data"] if route.holds_file else ["application/json"]
    if route.profile.forms == "always":
        kinds = ["application/json", "application/x-www-form-urlencoded"]
        kinds += ["multipart/form-data"] if route.holds_file else []
    content: Json = {"schema": schema}
    if not route.holds_file:
        example = written(route.profile).get(route.name, {}).get("request")
        content["example"] = made_up(schema, components.named) if example is None else example
    return {"required": any(each.required for each in body), "content": dict.fromkeys(kinds, content)}


def _whole(components: Components, body: list[Parameter]) -> Json | None:
    whole = next((each for each in body if each.whole), None)
    if whole is None:
        return None
    if whole.is_text:  # whoever sends it knows what it is
        return {"description": whole.description} if whole.description else {}
    return input_schema(components, getattr(whole.type, "of_type", whole.type))


def _object(components: Components, body: list[Parameter]) -> Json:
    properties = {}
    for each in body:
        schema = parameter_schema(components, each)
        properties[each.wire] = {**schema, "description": each.description} if each.description else schema
    return closed(components.profile, properties, [each.wire for each in body if each.required])


def _success(components: Components, route: Route) -> Json:
    found: Json = {"description": (route.description or "Done").partition("\n")[0].strip()}
    if headers := _headers(route):
        found["headers"] = headers
    if route.handler and route.handler not in route.profile.tagging:
        found["content"] = {"*/*": {"schema": {}}}  # only the handler knows
    elif route.media is not None:
        binary: Json = {"contentMediaType": route.media} if route.streamed else {"type": "string"}
        found["content"] = {route.media.partition(";")[0]: {"schema": binary}}
    elif route.status not in EMPTY:
        schema = body_schema(components, route.shape, route.body_place)
        schema = route.envelope.schema(schema) if route.envelope else schema
        example = written(route.profile).get(route.name, {}).get("response")
        shown = made_up(schema, components.named) if example is None else example
        found["content"] = {"application/json": {"schema": schema, "example": shown}}
    return found


def _ranges(components: Components, route: Route) -> Json:
    """What a request for a range of a stream may be answered."""
    return {
        "206": {**_success(components, route), "description": "The range that was asked for."},
        "416": {"description": "There is no such range."},
    }


def _headers(route: Route) -> Json:
    text: Json = {"schema": {"type": "string"}}
    found = {name: text for name, _ in route.headers}
    if route.total and route.profile.paginate:
        found["X-Total-Count"] = {"description": "How many there are on all pages.", "schema": {"type": "integer"}}
        found["Link"] = {"description": "The first, previous, next and last page (RFC 8288).", **text}
    if _is_cached(route):
        found["ETag"] = {"description": "Send it back as `If-None-Match` to get 304 while nothing changed.", **text}
    if _is_repeatable(route):
        found[route.profile.replayed] = {"description": "`true` if this was answered before.", **text}
    return found


def _is_repeatable(route: Route) -> bool:
    if route.operation.kind is not OperationType.MUTATION or not route.profile.idempotency:
        return False
    return route.profile.key_of_write is None or route.profile.key_of_write(route.method, "a key") is not None


def _is_cached(route: Route) -> bool:
    tagged = route.handler in route.profile.tagging if route.handler else route.profile.etags
    return route.method == "GET" and tagged and route.status not in EMPTY


def _refused(components: Components, refusals: Json, route: Route) -> Json:
    """The refusals of the route, by the status that the dialect gives each."""
    found: Json = {"304": {"description": "Nothing changed since the ETag."}} if _is_cached(route) else {}
    for error in REFUSALS:
        refusal = components.profile.refuse(failure_of(error))
        name = type(error).__name__
        if _applies(error, route) and str(refusal.status) not in found:
            found[str(refusal.status)] = {"$ref": f"#/components/responses/{name}"}
            refusals.setdefault(name, _refusal(error.default, refusal.body))
    return found


def _refusal(text: str, body: Any) -> Json:
    if body is None:
        return {"description": text}
    content = {"schema": {"$ref": "#/components/schemas/Error"}, "example": body}
    return {"description": text, "content": {"application/json": content}}


def _names(parameter: Parameter) -> bool:
    """It names something else in the body, which may not be there."""
    return parameter.where == "BODY" and get_named_type(parameter.type).name == "ID"


def _applies(error: errors.AppError, route: Route) -> bool:
    writes = route.operation.kind is OperationType.MUTATION
    match error:
        case errors.Unauthenticated():
            return not route.public or (writes and route.reads_body)  # a password may be wrong
        case errors.Forbidden():
            return not route.public or writes or bool(route.parameters)  # a foreign page, or the way to one
        case errors.BadRequest() | errors.Conflict() if _is_repeatable(route):
            return True
        case errors.BadRequest() | errors.PayloadTooLarge() | errors.UnsupportedMediaType():
            return route.reads_body
        case errors.LimitReached():
            return writes and route.method in ("POST", "PUT") and not route.public
        case errors.Conflict():
            return writes and route.method == "POST"
        case errors.NotFound():
            return bool(route.required) or any(each.where == "PATH" or _names(each) for each in route.parameters)
        case errors.Invalid():
            return any(
                each.where != "PATH" or get_named_type(each.type).name not in ("String", "ID")
                for each in route.parameters
            )
    return True
