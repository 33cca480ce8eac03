"""Recordings in GraphQL: the interface, what it can do, and the mutations."""

from app.recordings.schema.interface import (
    TYPES,
    Assignable,
    ClientVisible,
    Commentable,
    Completable,
    Dated,
    Positionable,
    Recording,
    Subscribable,
    recording_type,
)
from app.recordings.schema.mutations import Mutation

__all__ = [
    "TYPES",
    "Assignable",
    "ClientVisible",
    "Commentable",
    "Completable",
    "Dated",
    "Mutation",
    "Positionable",
    "Recording",
    "Subscribable",
    "recording_type",
]
