"""What the database's own errors mean to who asked."""

import asyncpg

from app.core.errors import AppError, Conflict, Internal, Invalid, Problem, Reason, Unavailable

AWAY: tuple[type[BaseException], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver stumbles over when a connection breaks between two messages
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
)
"""What is raised when the database, or a free connection to it, is not there."""

AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""What is raised to the loser of a conflict between transactions: trying again helps."""


def refusal_of(error: BaseException) -> AppError:
    """What an error means to the caller. The last net: rules refuse before the database has to."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, (*AWAY, *AGAIN)):
        return Unavailable()
    if isinstance(error, (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError)):
        return Conflict()
    if isinstance(error, (asyncpg.DataError, asyncpg.ProgramLimitExceededError, asyncpg.CheckViolationError)):
        return Invalid([Problem("", Reason.invalid_value, "A value is not allowed here")])
    return Internal()
