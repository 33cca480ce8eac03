"""The dialect of Tickward (routes.md 3.6)."""
