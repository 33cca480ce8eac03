"""What commands tell the person who runs them."""

import sys


def say(line: str) -> None:
    """Write a line at once, though something else may read it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_each(lines: list[str]) -> None:
    """Write lines."""
    for line in lines:
        say(line)
