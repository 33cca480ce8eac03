"""Measures this server beside what one would write by hand, on the same data. See README.md."""
