"""Loads settings from files and the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

T = TypeVar("T")
DEFAULT_PATH: str = os.path.expanduser("~/.settings")
_cache = {}

type Pairs[K] = list[tuple[K, str]]

if os.name == "nt":
    SEPARATOR = ";"
else:
    SEPARATOR = ":"


class SettingsError(Exception):
    """Raised when a file cannot be read."""


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One setting with where it came from."""

    name: str
    value: T
    origin: str = "default"
    tags: list[str] = field(default_factory=list)

    @property
    def qualified(self) -> str:
        return f"{self.origin}:{self.name}"

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        strict: bool = False,  # raise instead of skipping
        **options: object,
    ) -> "Entry[str]":
        """Parses ``name = value``."""
        name, _, value = text.partition("=")

        def clean(part):
            return part.strip()

        return cls(clean(name), clean(value))

    class Meta:
        ordering = ("name",)


@overload
def load(path: str) -> list[Entry[str]]: ...
@overload
def load(path: None) -> None: ...
def load(path):
    # reads the whole file at once
    with open(path) as file:
        return [Entry.parse(line) for line in file]


async def watch(path, callback=lambda event: None):
    """
    Calls back when the file changes.

    It polls.
    """
    while True:
        await callback(path)


@functools.lru_cache(maxsize=None)
@other.decorator
def cached(key): return _cache[key]


def main() -> int:
    entries = load(DEFAULT_PATH)
    return 0 if entries else 1


if __name__ == "__main__":
    raise SystemExit(main())
