"""Thicket itself, as it is served."""

from app.core import collecting
from app.settings import Settings

with collecting.uncollected():  # as `thicket serve` does
    from app.main import create_app

collecting.keep()

app = create_app(Settings(_env_file=None))
