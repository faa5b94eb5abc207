"""What the demo checks on its way; its exit code says whether all of it held."""

from service.demo.screen import Screen


class Checks:
    """Expectations, shown as they are met or not."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.broken: list[str] = []

    def expect(self, good: bool, words: str, otherwise: str = "") -> None:
        """Show what was checked; `otherwise` says what is there instead."""
        said = words if good or not otherwise else f"{words}: {otherwise}"
        self._screen.check(good=good, words=said)
        if not good:
            self.broken.append(said)
