"""The log outside the page: what was typed into a prompt, what was acknowledged, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher


@dataclass
class Sheet:
    """One prompt. `states` are all texts its control has had since it was last at rest, the latest last."""

    text: str = ""
    states: list[str] = field(default_factory=lambda: [""])
    acknowledged: int = 0  # index of the newest state the page said was saved
    version: int = 0

    def type(self, text: str) -> None:
        """Note a keystroke, before it is made."""
        self.text = text
        self.states.append(text)

    def heard(self, value: object, version: int) -> str:
        """Note that the page says this is saved; return what is wrong with that, empty where nothing is."""
        said = value or ""
        if said not in self.states:
            return f"the page says that it saved what was never typed: {said!r:.80}"
        index = len(self.states) - 1 - self.states[::-1].index(str(said))
        self.acknowledged, self.version = max(self.acknowledged, index), max(self.version, version)
        return ""

    @property
    def in_flight(self) -> bool:
        """Whether there is an edit that was not acknowledged."""
        return self.states[self.acknowledged] != self.text

    def rest(self, text: str) -> None:
        """Begin again from what is there now."""
        self.text, self.states, self.acknowledged = text, [text], 0


def compare(typed: str, stored: str) -> tuple[int, int]:
    """Return how many characters were lost and how many are there that should not be (doubled, misplaced)."""
    if typed == stored:
        return 0, 0
    blocks = SequenceMatcher(None, typed, stored, autojunk=False).get_matching_blocks()
    kept = sum(block.size for block in blocks)
    return len(typed) - kept, len(stored) - kept
