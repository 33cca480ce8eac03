"""One file per kind of recording. Importing this package registers them all."""

import importlib
import pkgutil

from app.recordings.schema.creation import mutation

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

Mutation = mutation()
