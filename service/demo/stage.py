"""What all eight steps of the story work with."""

from dataclasses import dataclass, field

from service.demo.books import Books
from service.demo.calls import Caller, Json
from service.demo.checks import Checks
from service.demo.platform import Platform
from service.demo.screen import Screen


@dataclass(slots=True)
class Stage:
    """Both sides, the screen, and what earlier steps leave to later ones."""

    api: Caller
    platform: Platform
    books: Books
    screen: Screen
    checks: Checks
    first: Json = field(default_factory=dict)
    """The sync that connecting started."""
    second: Json = field(default_factory=dict)
    """The one after the preferences were set."""
    known_vendor: Json | None = None
    """The vendor in QuickBooks whose name the platform has too."""
    unallocated: str = ""
    """The account for lines that name none."""
