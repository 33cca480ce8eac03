"""GraphQL text to operations that may run: measured, parsed, validated, and remembered.

It runs nothing and knows no HTTP. What was found out about a text, good or bad, is kept for the next request, within
bounds; trusted documents are read at start-up and kept for good.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    Lexer,
    OperationDefinitionNode,
    OperationType,
    Source,
    TokenKind,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from app.api.execute import Operation
from app.api.limits import Limits, Weighing, Weight, objections, too_costly
from app.api.remembered import Remembered
from app.core.errors import AppError, BadRequest, Invalid, Problem, Reason
from app.core.paging import MOST
from app.settings import Settings

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
MOST_ERRORS = 20
MOST_REMEMBERED = 1000
MOST_REMEMBERED_TEXT = 4 * 1024 * 1024
SHA_256 = "sha256:"

_OPENING = (TokenKind.BRACE_L, TokenKind.BRACKET_L)
_CLOSING = (TokenKind.BRACE_R, TokenKind.BRACKET_R)


class DocumentRefused(Exception):
    """A document that will not run. Each of `errors` has `extensions.code` and `extensions.status`."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(errors[0].message)


class UnfitTrustedDocument(ValueError):
    """The file of trusted documents cannot be used: a sentence for who starts the server."""


@dataclass(frozen=True)
class Accepted:
    """An operation that may run."""

    operation: Operation
    introspects: bool
    """It asks about the schema alone, without variables: its answer is the same for everybody, until a restart."""
    worst_cost: int
    """The cost if every list whose length a variable decides is as long as lists may be."""


@dataclass(frozen=True)
class Examined:
    """All that is known about one document."""

    errors: list[GraphQLError] = field(default_factory=list)
    accepted: Mapping[str | None, Accepted] = field(default_factory=dict)
    page_variables: frozenset[str] = frozenset()
    """Variables that decide the length of a list, and so the cost."""


class Documents:
    """The documents of this server's clients."""

    def __init__(self, schema: GraphQLSchema, settings: Settings, limits: Limits | None = None) -> None:
        """Reads the file of trusted documents. Raises UnfitTrustedDocument."""
        self._schema = schema
        self._limits = limits or Limits()
        self._introspectable = settings.introspectable
        self._trusted_only = settings.trusted_only
        self._remembered: Remembered[Examined] = Remembered(MOST_REMEMBERED, MOST_REMEMBERED_TEXT)
        self._by_hash: dict[str, Examined] = {}
        self._by_text: dict[str, Examined] = {}
        if settings.trusted_documents is not None:
            self._trust(settings.trusted_documents)

    def accept(
        self,
        text: str | None,
        name: str | None,
        variables: Mapping[str, Any],
        *,
        document_id: str | None = None,
    ) -> Accepted:
        """The operation called `name` (None: the only one), of a text or of a trusted document.

        Raises DocumentRefused for what cannot be parsed, does not fit the schema or asks for too much, BadRequest
        for a request that names no document or no operation of it.
        """
        examined = self._find(text, document_id)
        if examined.errors:
            raise DocumentRefused(examined.errors)
        if name is None and len(examined.accepted) > 1:
            raise BadRequest("The document has several operations: say which one by `operationName`")
        accepted = next(iter(examined.accepted.values())) if name is None else examined.accepted.get(name)
        if accepted is None:
            raise BadRequest(f"The document has no operation called `{name}`")
        self._check_cost(examined.page_variables, accepted, variables)
        return accepted

    def trusted(self) -> Iterator[Operation]:
        """Every operation of the trusted documents."""
        for examined in self._by_text.values():
            for accepted in examined.accepted.values():
                yield accepted.operation

    def _find(self, text: str | None, document_id: str | None) -> Examined:
        if document_id is not None:
            trusted = self._by_hash.get(document_id) or self._by_hash.get(document_id.removeprefix(SHA_256))
            if trusted is not None:
                return trusted
        if text is None and document_id is not None:
            raise DocumentRefused([_unknown_document()])
        if text is None:
            raise BadRequest("The request has no `query`")
        if text in self._by_text:
            return self._by_text[text]
        if self._trusted_only:
            raise BadRequest("This server runs trusted documents only: name one by its hash")
        return self._examine_once(text)

    def _examine_once(self, text: str) -> Examined:
        examined = self._remembered.get(text)
        if examined is None:
            examined = self._examine(text)
            self._remembered.put(text, examined, min(len(text), self._limits.text))
        return examined

    def _examine(self, text: str) -> Examined:
        refusal = _unreadable(text, self._limits)
        if refusal is not None:
            return Examined([_error(refusal)])
        try:
            document = parse(text)
        except GraphQLSyntaxError as error:
            error.extensions = {"code": PARSE_FAILED, "status": 400}
            return Examined([error])
        weighing = Weighing(self._schema, document, self._limits)
        weights = [weighing.operation(node) for node in _operations(document)]
        found = [_error(BadRequest(sentence)) for sentence in objections(weighing, weights)]
        if not weighing.page_variables:
            found += [_error(BadRequest(s)) for weight in weights for s in too_costly(weight.cost, self._limits)]
        if found:
            return Examined(found[:MOST_ERRORS])
        errors = self._invalid(document, weights)
        if errors:
            return Examined(errors)
        accepted = _accepted(text, document, weights)
        return Examined([], accepted, frozenset(weighing.page_variables))

    def _invalid(self, document: DocumentNode, weights: Iterable[Weight]) -> list[GraphQLError]:
        """Where the document does not fit the schema, at most 20 places."""
        errors = validate(
            self._schema, document, RULES, max_errors=MOST_ERRORS, hide_suggestions=not self._introspectable
        )
        if not errors and not self._introspectable and any(weight.introspection_depth for weight in weights):
            errors = [GraphQLError("Introspection is off on this server")]
        if not errors and not any(True for _ in _operations(document)):
            errors = [GraphQLError("The document has no operation")]
        return [_as_invalid(error) for error in errors]

    def _check_cost(self, page_variables: frozenset[str], accepted: Accepted, variables: Mapping[str, Any]) -> None:
        """Raises DocumentRefused where these variables make the operation's lists too long."""
        lengths = [variables.get(name) for name in page_variables]
        longer = any(isinstance(length, (int, float)) and length > MOST for length in lengths)
        if not lengths or (accepted.worst_cost <= self._limits.cost and not longer):
            return
        operation = accepted.operation
        weighing = Weighing(self._schema, operation.document, self._limits, variables)
        node = next(node for node in _operations(operation.document) if _name(node) == operation.name)
        found = [_error(BadRequest(s)) for s in too_costly(weighing.operation(node).cost, self._limits)]
        if found:
            raise DocumentRefused(found)

    def _trust(self, path: Path) -> None:
        try:
            texts = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise UnfitTrustedDocument(f"{path}: the trusted documents cannot be read: {error}") from error
        if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
            raise UnfitTrustedDocument(f"{path}: trusted documents are one JSON object of hashes and texts")
        for name, text in texts.items():
            examined = self._examine_trusted(text)
            if examined.errors:
                raise UnfitTrustedDocument(f"{path}: document {name}: {examined.errors[0].message}")
            self._by_hash[name.removeprefix(SHA_256)] = self._by_text[text] = examined
            self._by_hash[hashlib.sha256(text.encode()).hexdigest()] = examined

    def _examine_trusted(self, text: str) -> Examined:
        """Trusted documents have to fit the schema, but may ask for as much as they like."""
        try:
            document = parse(text)
        except GraphQLSyntaxError as error:
            return Examined([error])
        weighing = Weighing(self._schema, document, self._limits)
        weights = [weighing.operation(node) for node in _operations(document)]
        return Examined(self._invalid(document, weights), _accepted(text, document, weights))


def _unreadable(text: str, limits: Limits) -> AppError | None:
    """What is wrong with a text that is not worth parsing: too long, or with values that can be kept nowhere."""
    length = len(text.encode(errors="surrogatepass"))
    if length > limits.text:
        return BadRequest(f"The document has {length:,} bytes; at most {limits.text:,} are allowed")
    lexer = Lexer(Source(text))
    level = 0
    try:
        for _ in range(limits.tokens + 1):
            token = lexer.advance()
            if token.kind is TokenKind.EOF:
                return None
            level += (token.kind in _OPENING) - (token.kind in _CLOSING)
            if level > limits.nesting:
                return BadRequest(f"The document is nested more than {limits.nesting} levels deep")
            if "\0" in (token.value or ""):
                problem = Problem("", Reason.invalid_value, "A text holds characters that cannot be stored")
                return Invalid([problem])
            if token.kind in (TokenKind.INT, TokenKind.FLOAT) and len(token.value or "") > limits.number:
                return BadRequest(f"A number in the document has more than {limits.number} digits")
    except GraphQLSyntaxError:
        return None  # the parser will say it, with the place
    return BadRequest(f"The document has more than {limits.tokens:,} tokens, which is the most allowed")


def _accepted(text: str, document: DocumentNode, weights: Iterable[Weight]) -> dict[str | None, Accepted]:
    accepted = {}
    for node, weight in zip(_operations(document), weights, strict=True):
        operation = Operation(text, document, _name(node), OperationType(node.operation))
        about_schema = operation.kind is OperationType.QUERY and weight.fields == weight.meta_fields
        same_for_all = about_schema and not node.variable_definitions
        accepted[operation.name] = Accepted(operation, same_for_all, weight.cost)
    return accepted


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _name(node: OperationDefinitionNode) -> str | None:
    return node.name.value if node.name else None


def _as_invalid(error: GraphQLError) -> GraphQLError:
    if isinstance(error, ValidationAbortedError) and "Too many" not in error.message:
        error = GraphQLError("The document cannot be validated: it nests or repeats its fields too often")
    error.extensions = {"code": VALIDATION_FAILED, "status": 400}
    return error


def _error(refusal: AppError) -> GraphQLError:
    return GraphQLError(refusal.message, extensions=refusal.extensions)


def _unknown_document() -> GraphQLError:
    """In the words that clients of persisted queries look for: they then send the text."""
    return GraphQLError(
        "No trusted document has this hash: send its text as `query`",
        extensions={"code": PERSISTED_QUERY_NOT_FOUND, "status": 400},
    )
