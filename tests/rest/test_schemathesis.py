"""Requests that schemathesis makes of our own OpenAPI documents, and its judgement of the answers.

In this process: schemathesis draws the cases and checks the answers, our own client sends them.
"""

from typing import Any

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from graphql import get_named_type
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.schema import schema
from app.settings import Settings
from rest_compat.compile import Parameter, Route
from rest_compat.openapi import document
from tests.contract.examples import EXAMPLES, mount
from tests.contract.routes import DIALECTS, ROUTES
from tests.contract.scene import Scene
from tests.world import populate

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for dialect in DIALECTS
    for result in schemathesis.openapi.from_dict(document(schema._schema, dialect)).get_all_operations()
    for operation in [result.ok()]
}
ENDING = {"SignOut", "RevokeSessions"}
"""They end the session of who asks."""


@pytest.fixture(scope="module")
async def scene(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    made = Scene(await populate(owner, app, settings))
    for name in ROUTES:
        await EXAMPLES[name].prepare(made)
    return made


def can_be_unfit(parameter: Parameter) -> bool:
    """Whether there is anything to write in its place that does not fit: a plain string in a path takes all."""
    return not (parameter.where == "PATH" and get_named_type(parameter.type).name == "String")


async def sent(scene: Scene, route: Route, case: schemathesis.Case) -> Response:
    """The case's request as it stands, but for its organization, which is ours."""
    if "org" in case.path_parameters:
        case.path_parameters["org"] = scene.slug
    base = scene.world.settings.url + mount(route) + (route.profile.base if route.in_base else "")
    made = requests.Request(**case.as_transport_kwargs(base_url=base)).prepare()
    made.headers.pop("Authorization", None)  # who asks is not drawn
    shown = await scene.world.credentials("ana", route.profile.name)
    answer = await scene.world.client.request(
        str(made.method), str(made.url), content=made.body, headers={**made.headers, **shown}
    )
    scene.world.client.cookies.clear()
    return Response.from_httpx(answer, verify=False)


@bounded(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - ENDING))
async def test_the_answer_is_one_that_the_document_has(
    scene: Scene, name: str, mode: GenerationMode, data: st.DataObject
) -> None:
    """Whether the request fits the document (positive) or does not (negative)."""
    if mode is GenerationMode.NEGATIVE and not any(map(can_be_unfit, ROUTES[name].parameters)):
        return
    case = data.draw(OPERATIONS[name].as_strategy(generation_mode=mode))
    case.validate_response(await sent(scene, ROUTES[name], case), checks=CHECKS)
