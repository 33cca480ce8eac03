"""The one way in: `/graphql` and every REST route end in `Schema.run`, and so does the transaction."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, OperationType
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext, ExecutionResult

from app.api.compiler.closures import Closures
from app.api.compiler.plans import Plans
from app.api.compiler.wire import Wire, Written
from app.api.entering import entered
from app.api.gate import Gates
from app.api.repeating import Turns, repeatable
from app.api.replicated import run_on_either
from app.api.widening import Widening, widen
from app.core.context import Caller, Context
from app.core.database_errors import AGAIN, refusal_of
from app.core.db import TRIES, Rollback
from app.core.effects import conclude
from app.core.errors import AppError, Internal, Unavailable
from app.core.metrics import COMPILED, EXECUTED
from app.core.scalars import wall_clock
from app.idempotency import answers
from app.idempotency.actions import Repeatable, claim, keep
from app.idempotency.answers import KeptAnswer as KeptAnswer

log = logging.getLogger(__name__)

REPLAYED = ("Idempotency-Replayed", "true")
"""The header of an answer that was given before."""


@dataclass(frozen=True)
class Operation:
    """One operation of a document that has been parsed, validated and found within the limits."""

    text: str
    document: DocumentNode
    name: str | None
    kind: OperationType


class Schema(strawberry.Schema):
    """The executable schema."""

    plans: Plans | None = None
    """The queries that are compiled to statements; None: none is."""
    closures: Closures | None = None
    """All operations, compiled to closures; None: everything goes through graphql-core's executor."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gates = Gates()
        self._turns = Turns()
        self._widening = Widening(self._schema)

    def prepare(self, operation: Operation, wire: Wire | None = None) -> None:
        """Have an operation of the server's own compiled to a statement soon, where that can be done."""
        if self.plans is not None and operation.kind is OperationType.QUERY:
            self.plans.prepare(operation.document, operation.name, wire)

    async def compile_prepared(self) -> None:
        """Compile those operations, between requests: that takes a second, for which the first answer need not wait."""
        if self.plans is not None:
            await self.plans.compile_prepared()

    async def run(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> ExecutionResult:
        """Run one operation in one transaction, committed before this returns. Any error: no trace of it is left.

        Never raises for what a caller can do: every refusal is an error with `extensions.code` in the result.
        """
        result = await self._anywhere(operation, variables, caller)
        assert isinstance(result, ExecutionResult)
        return result

    async def write(
        self, operation: Operation, wire: Wire, variables: Mapping[str, Any], caller: Caller
    ) -> Written | ExecutionResult:
        """The same, but the answer comes in a dialect's words where PostgreSQL can write them itself."""
        return await self._anywhere(operation, variables, caller, wire)

    async def recall(self, caller: Caller, key: str, asked: bytes) -> KeptAnswer | None:
        """What was answered under an `Idempotency-Key`, for dialects that keep whole answers."""
        return await answers.recall(caller, key, asked)

    async def remember(self, caller: Caller, kept: KeptAnswer, status: int, body: bytes) -> None:
        """Keep an answer."""
        await answers.remember(caller, kept, status, body)

    async def forget(self, caller: Caller, kept: KeptAnswer) -> None:
        """Let the key be used anew."""
        await answers.forget(caller, kept)

    async def _anywhere(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller, wire: Wire | None = None
    ) -> Written | ExecutionResult:
        """On the replica, if there is one and it is right for the caller; else on the first database."""
        replica = caller.database.replica
        if replica is None:
            return await self._here(operation, variables, caller, wire)
        return await run_on_either(
            lambda: self._here(operation, variables, caller, wire), operation.kind, caller, replica
        )

    async def _here(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller, wire: Wire | None
    ) -> Written | ExecutionResult:
        compiled = await self._compiled(operation, variables, caller, wire)
        return compiled if compiled is not None else await self._execute(operation, variables, caller)

    async def _compiled(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller, wire: Wire | None
    ) -> Written | ExecutionResult | None:
        if operation.kind is not OperationType.QUERY or self.plans is None or caller.settings.executor != "compiled":
            return None
        try:
            compiled = await self.plans.run(operation.document, operation.name, variables, caller, wire)
        except Unavailable as refusal:
            return refused(refusal)
        if compiled is not None:
            COMPILED.inc()
        return compiled

    async def _execute(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> ExecutionResult:
        EXECUTED.inc()
        if operation.kind is not OperationType.MUTATION:
            return await self._try(operation, variables, caller)
        write = await repeatable(operation.document, operation.name, operation.text, variables, caller)
        if write is None:
            return await self._try(operation, variables, caller)
        async with self._turns.of(caller, write):
            return await self._try(operation, variables, caller, write)

    async def _try(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller, write: Repeatable | None = None
    ) -> ExecutionResult:
        before = list(caller.response_headers)
        for attempt in range(1, TRIES + 1):
            try:
                result = await self._attempt(operation, variables, caller, write)
            except AGAIN as error:
                caller.response_headers[:] = before
                if attempt < TRIES:
                    continue
                result = refused(refusal_of(error))
            except Exception as error:  # among them what the database finds only when it commits
                if isinstance(refusal_of(error), Internal):
                    log.exception("Unexpected error in %s", operation.name)
                result = refused(refusal_of(error))
            if result.errors:  # what was set is as undone as what was written: a session's cookie, say
                caller.response_headers[:] = before
            return result
        raise AssertionError("unreachable")

    async def _attempt(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller, write: Repeatable | None
    ) -> ExecutionResult:
        writes = operation.kind is OperationType.MUTATION
        async with self._gates.passing(operation.text), caller.database.transaction(writes=writes) as tx:
            slug = entered(operation.document, operation.name, variables) if writes else None
            slug = slug and caller.meant(slug)
            identity, place = await tx.begin(caller.credential, slug) if caller.credential else (None, None)
            caller.vocabulary = identity.vocabulary if identity else None
            wall_clock.set((identity and identity.time_zone) or caller.time_zone or "UTC")
            widened = None if writes else self._widened(operation)
            ctx = Context(caller, tx, identity, writes, entered=widened, expected=place, expected_as=slug)
            record = await claim(ctx, write) if write else None
            if record and record.data is not None:
                caller.response_headers.append(REPLAYED)
                return ExecutionResult(data=record.data, errors=None)
            result = await self._answer(operation, variables, ctx)
            for error in result.errors or ():
                if isinstance(error.original_error, AGAIN):
                    raise error.original_error
            if not result.errors and (waiting := caller.unreadable or caller.unfit):
                result = refused(waiting, None if writes else result.data)
            if result.errors:
                if writes:  # nothing of it happened, so nothing of it may be shown
                    result.data = None
                raise Rollback
            await conclude(ctx)
            if write and record:
                await keep(ctx, record, write, result.data)
        return result

    def _widened(self, operation: Operation) -> Callable[[Context], Awaitable[None]] | None:
        if not self._widening.mentioned(operation.text):
            return None
        lists = self._widening.of(operation.document, operation.name)
        return lambda ctx: widen(ctx, lists)

    async def _answer(self, operation: Operation, variables: Mapping[str, Any], ctx: Context) -> ExecutionResult:
        """What the operation gives, compiled where it can be, within the transaction of the context."""
        extensions = {"operation": operation}
        if self.closures is not None and ctx.caller.settings.executor == "compiled":
            result = await self.closures.run(operation.document, operation.name, variables, ctx, extensions=extensions)
            if result is not None:
                self.process_errors(result.errors or [])
                explain(result.errors or [])
                return result
        result = await self.execute(
            operation.text,
            variable_values=dict(variables),
            context_value=ctx,
            operation_name=operation.name,
            operation_extensions=extensions,
        )
        assert isinstance(result, ExecutionResult)
        return result

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Refusals are business as usual; only our own failures are worth a log line."""
        for error in errors:
            cause = error.original_error
            if cause is None or isinstance(cause, GraphQLError):  # GraphQL's own, such as a variable of the wrong type
                continue
            if isinstance(refusal_of(cause), Internal):
                log.error("Unexpected error at %s", error.path, exc_info=cause)


def refused(refusal: AppError, data: dict[str, Any] | None = None) -> ExecutionResult:
    """The result of an operation that was refused as a whole.

    A query whose refusal waited keeps its `data`: null in the place of what was addressed outranks that refusal.
    """
    error = GraphQLError(refusal.message, extensions=refusal.extensions, original_error=refusal)
    return ExecutionResult(data=data, errors=[error])


class Prepared(SchemaExtension):
    """Hands Strawberry the document that was parsed and validated before, so that it does neither again."""

    def on_operation(self) -> Iterator[None]:
        operation = (self.execution_context.operation_extensions or {}).get("operation")
        if isinstance(operation, Operation):  # what comes over the wire is never an instance
            self.execution_context.graphql_document = operation.document
            self.execution_context.pre_execution_errors = []
        yield


class Errors(SchemaExtension):
    """Explains what graphql-core's executor found."""

    def on_execute(self) -> Iterator[None]:
        yield
        explain(getattr(self.execution_context.result, "errors", None) or [])


def explain(errors: list[GraphQLError]) -> None:
    """Refusals keep their message and gain `extensions.code`; what is our own fault stays secret."""
    for error in errors:
        if error.original_error is None or isinstance(error.original_error, GraphQLError):
            error.extensions = {"code": "INVALID", "status": 422, **(error.extensions or {})}
            continue
        refusal = refusal_of(error.original_error)
        error.message, error.extensions = refusal.message, refusal.extensions
