"""A USS joined to a centre: what each looks at of the other, and how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wellclear.api.utm.centre.host import Host
from wellclear.api.utm.centre.listening import Listening, Watched
from wellclear.api.utm.centre.publishing import Disclosed, Publishing
from wellclear.api.utm.centre.sponsoring import Sponsoring
from wellclear.api.utm.uss.repeating import Repeating
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.uss.watching import EVERY_S


def join(
    host: Host, uss: Uss, disclosed: Disclosed, places: Sequence[Watched], now_ms: Callable[[], int]
) -> Publishing:
    """Let a USS, which has not started yet, keep a centre's operations and publish its constraints.

    Each has a thread: a peer that answers slowly holds up neither what is filed nor what is published.

    Args:
        host: the centre.
        uss: of the same party.
        disclosed: what operators of drones may see.
        places: that are watched for their flights.
        now_ms: the time.

    Returns:
        What publishes, which tells how each operation and hazard stands.
    """
    sponsoring = Sponsoring(host, uss, now_ms)
    publishing = Publishing(host, uss, disclosed, now_ms)
    listening = Listening(uss, places, now_ms)
    looks = {"utm-sponsor": sponsoring.look, "utm-publish": publishing.look, "utm-listen": listening.look}
    uss.repeated += [Repeating(name, look, EVERY_S) for name, look in looks.items()]
    return publishing
