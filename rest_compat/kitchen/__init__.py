"""The dialect of Kitchen (routes.md 3.4)."""
