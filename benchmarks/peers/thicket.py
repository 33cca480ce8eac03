"""Thicket itself, as it is served."""

from app.main import create_app
from app.settings import Settings

app = create_app(Settings(_env_file=None))
