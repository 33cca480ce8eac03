"""The dialect of ThinkEx (routes.md 3.5)."""
