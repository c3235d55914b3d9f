"""What waits for a centre's writer: safety first, then each source in turn."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from wellclear.centre.inputs import Input


@dataclass(slots=True)
class Inbox:
    """A lane for what cannot wait, and a queue for each source of the rest.

    Attributes:
        safety: STOP, EMERGENCY, HAZARD and ALL-CLEAR, own and of peers.
        queues: by source: a peer, or the own centre.
    """

    safety: deque[Input] = field(default_factory=deque)
    queues: dict[str, deque[Input]] = field(default_factory=dict)

    def put(self, source: str, taken: Input, *, safety: bool) -> None:
        """Let an input wait."""
        queue = self.safety if safety else self.queues.setdefault(source, deque())
        queue.append(taken)

    def take(self, most: int) -> list[Input]:
        """The next inputs, at most so many."""
        taken = [self.safety.popleft() for _ in range(min(most, len(self.safety)))]
        while len(taken) < most and self.queues:
            for source in list(self.queues)[: most - len(taken)]:
                queue = self.queues.pop(source)
                taken.append(queue.popleft())
                if queue:
                    self.queues[source] = queue
        return taken

    def __len__(self) -> int:
        return len(self.safety) + sum(map(len, self.queues.values()))
