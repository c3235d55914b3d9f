"""What a restored centre takes back: it asks each other centre, by the real questions and pages, until it has all."""

from __future__ import annotations

from collections.abc import Iterator

from wellclear.centre.inputs import Arrived, Confirmation, Input, ReturnedEnvelope
from wellclear.centre.log.lacking import lacking
from wellclear.errors import WellclearError
from wellclear.protocol.envelope import Held, Lane, open_envelope
from wellclear.protocol.recall import Answer, Question
from wellclear.simulation.node import Centre


def question(centre: Centre, party: str) -> Question | None:
    """What a centre asks another one now; nothing where it lacks nothing."""
    state = centre.state
    peer = state.peers[party]
    if peer.recalled >= state.epoch:
        return None
    said = (
        Held(epoch, lanes[Lane.SAFETY].contiguous, lanes[Lane.ORDINARY].contiguous)
        for epoch, lanes in sorted(peer.said.items())
    )
    return Question(
        party=centre.party,
        recipient=party,
        at_ms=state.now_ms,
        nonce=b"",
        said=tuple(said),
        holds=peer.holds,
        start=centre.reading.get(party, (0, 0)),
    )


def answer(centre: Centre, asked: Question) -> Answer:
    """A page of what the other one lacks, from what is on disk."""
    page, then = lacking(centre.disk.reader(), asked)
    return Answer(
        party=centre.party,
        recipient=asked.party,
        question=b"",
        holds=centre.holds(asked.party),
        envelopes=page,
        then=then,
    )


def taken_back(centre: Centre, given: Answer) -> Iterator[Input]:
    """What a page puts before the writer, in its order; at the end of the last one, that there is no more.

    What was signed with a key that was stated since the copy was made can be opened only once the KEY before it was
    taken: the page is asked for again then. What nothing before it explains is left out.
    """
    taken = 0
    for raw in given.envelopes:
        try:
            opened = _opened(centre, given.party, raw)
        except WellclearError:
            if taken:
                return
            continue
        taken += 1
        yield opened
    centre.reading[given.party] = given.then or (0, 0)
    if given.then is None:
        yield Confirmation(given.party, centre.state.epoch)


def _opened(centre: Centre, party: str, raw: bytes) -> Input:
    """An envelope of a page: the own centre's, or the counterparty's."""
    try:
        own = open_envelope(raw, lambda key: (centre.party, centre.keyring.verifier(centre.party, key)))
    except WellclearError:
        return Arrived(centre.opened(raw))
    return ReturnedEnvelope(party, own)
