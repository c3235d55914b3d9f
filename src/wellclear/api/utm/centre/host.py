"""The centre in which a USS runs, as far as it needs it."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from wellclear.assembly.running import RunningCentre
from wellclear.centre.commands import Command
from wellclear.centre.state.state import State
from wellclear.errors import PeerUnavailable
from wellclear.model.agreement.ladder import Role

ACT_S: Final = 10.0
"""How long a command may wait for its batch."""


class Host(Protocol):
    """A centre, for a thread that is not its own."""

    @property
    def state(self) -> State:
        """What is on disk."""

    def act(self, command: Command) -> None:
        """Give a command in the facade's name; on return it is on disk.

        Raises:
            WellclearError: it is refused, and why.
        """


class CentreHost:
    """A running centre, in whose log this facade acts under a name of its own.

    Args:
        centre: that runs.
        loop: in which it runs.
        account: name under which the facade acts, as the log shows it.
    """

    def __init__(self, centre: RunningCentre, loop: asyncio.AbstractEventLoop, account: str) -> None:
        self._centre, self._loop, self._account = centre, loop, account

    @property
    def state(self) -> State:
        """As in `Host`."""
        return self._centre.state

    def act(self, command: Command) -> None:
        """As in `Host`.

        Raises:
            PeerUnavailable: `centre-stopping`: it takes no commands.
        """
        acted = self._centre.act(self._account, Role.DUTY_OFFICER.value, command)
        if self._loop.is_closed():
            acted.close()
            raise PeerUnavailable("the centre is stopping", code="centre-stopping")
        try:
            asyncio.run_coroutine_threadsafe(acted, self._loop).result(ACT_S)
        except TimeoutError:
            raise PeerUnavailable("the centre is busy", code="centre-stopping", wanted="another try") from None
