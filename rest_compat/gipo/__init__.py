"""The dialect of Gipo (routes.md 3.3)."""
