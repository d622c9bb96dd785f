"""The state machine of a session. Pure: entries, time and chance are passed in; every function returns a new session.

    session = start(SessionStarted(...), entries)   # `selection.drawn` makes the SessionStarted
    session = hint(session, now)                    # opens the next hint of the current entry
    session = respond(session, ["fc-2048"], now)    # settles the turn, or takes one of its attempts
    session = advance(session, now)                 # on to the next entry; after the last the session is finished
    session = skip(session, now)                    # puts it off to the end; the second time gives it up
    session = flag(session, turn.entry.id, now)     # sets or takes off a mark
    session = leave(session, now)                   # commits the time used; it runs on where this was not said
    session = resume(started, events, entries, now) # the same session again, after the process has ended

Invariant: a session is the fold of its events over its beginning (`session.events` grows by one with each step that
changes anything), so a session resumed at any point is the session that was never left. What is not allowed raises
`NotAllowedError`, whose message says why, and changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from quizkit.errors import QuizkitError
from quizkit.model.served import Entry
from quizkit.model.session import (
    Advanced,
    Attempt,
    Flagged,
    HintOpened,
    Left,
    Responded,
    Resumed,
    SessionEvent,
    SessionStarted,
    Skipped,
)
from quizkit.practice.rules import RULES
from quizkit.practice.state import Session, State, Turn


class NotAllowedError(QuizkitError):
    """The step is not allowed now; the message tells the learner why."""


def start(started: SessionStarted, entries: Mapping[str, Entry]) -> Session:
    """Return a session at its beginning. `entries` by id.

    A slot whose entry is gone, or whose program has changed since, is left out.
    """
    kept = [slot for slot in started.slots if slot.entry in entries and entries[slot.entry].digest == slot.digest]
    limit = RULES[started.mode].hints
    turns = tuple(Turn(entries[slot.entry], slot.options, limit) for slot in kept)
    return Session(started, turns, current=0 if turns else None, since=started.at)


def replayed(started: SessionStarted, events: Iterable[SessionEvent], entries: Mapping[str, Entry]) -> Session:
    """Return a session as its events left it; events of entries that are gone say nothing."""
    session = start(started, entries)
    for event in events:
        session = applied(session, event)
    return session


def resume(
    started: SessionStarted, events: Iterable[SessionEvent], entries: Mapping[str, Entry], now: float
) -> Session:
    """Return a session that goes on, its clock running again. The time since it was left does not count.

    Where it was not left but ended otherwise, as by a kill, or where another window still shows it, a clock that runs
    out has run on: nothing that a learner can do to the program buys time.
    """
    session = replayed(started, events, entries)
    turn = session.turn
    return session if turn is None else expire(applied(session, Resumed(entry=turn.entry.id, at=now)), now)


# What a learner does


def hint(session: Session, now: float) -> Session:
    """Open the next hint of the current entry."""
    turn = _open_turn(session)
    if not session.hints_left:
        raise NotAllowedError(_no_hint(session, turn))
    return applied(session, HintOpened(entry=turn.entry.id, at=now))


def respond(session: Session, chosen: Iterable[str], now: float) -> Session:
    """Take a response to the current entry: ids of options. After the deadline it is kept, and counts as late.

    What was tried before is refused, and costs no attempt.
    """
    turn = _open_turn(session)
    ids = tuple(sorted(set(chosen)))
    if unknown := [each for each in ids if each not in turn.options]:
        raise NotAllowedError(f"there is no option {unknown[0]!r}; choose from {', '.join(turn.options)}")
    if not ids:
        raise NotAllowedError("nothing is chosen; choose an option, or skip")
    if len(ids) > 1 and not turn.entry.selects_several:
        raise NotAllowedError("exactly one option is wanted here")
    if ids in (each.chosen for each in turn.attempts) and expire(session, now) is session:
        raise NotAllowedError("this was tried already; choose something else")
    return applied(session, Responded(entry=turn.entry.id, at=now, chosen=ids))


def expire(session: Session, now: float) -> Session:
    """Settle the current turn if its time has run out; else return the session as it is."""
    turn, deadline = session.turn, session.deadline
    if turn is None or deadline is None or now < deadline:
        return session
    return applied(session, Responded(entry=turn.entry.id, at=now, chosen=()))


def skip(session: Session, now: float) -> Session:
    """Put the current entry off until the others are done; the second time, give it up. Moves on."""
    return applied(session, Skipped(entry=_open_turn(session).entry.id, at=now))


def flag(session: Session, entry: str, now: float) -> Session:
    """Mark an entry, or take its mark off."""
    turn = next((turn for turn in session.turns if turn.entry.id == entry), None)
    if turn is None:
        raise NotAllowedError(f"there is no {entry!r} in this session")
    return applied(session, Flagged(entry=entry, at=now, is_flagged=not turn.is_flagged))


def leave(session: Session, now: float) -> Session:
    """Commit the time that the current turn was looked at; where none runs, return the session as it is."""
    turn = session.turn
    if turn is None or turn.is_settled or session.is_left:
        return session
    return applied(session, Left(entry=turn.entry.id, at=now))


def advance(session: Session, now: float) -> Session:
    """Go on from a settled turn: to the next that is open, or to the end."""
    turn = session.turn
    if turn is None:
        raise NotAllowedError("the session is finished")
    if not turn.is_settled:
        raise NotAllowedError("this entry is still open; choose an option, or skip")
    return applied(session, Advanced(entry=turn.entry.id, at=now))


def _open_turn(session: Session) -> Turn:
    turn = session.turn
    if turn is None:
        raise NotAllowedError("the session is finished")
    if turn.is_settled:
        raise NotAllowedError("this entry is done; go on to the next")
    return turn


def _no_hint(session: Session, turn: Turn) -> str:
    if session.rules.hints == 0:
        return f"a {session.started.mode.value} gives no hints"
    if not turn.entry.hints:
        return "there is no hint to this one"
    return "there are no more hints" if session.rules.hints is None else "the one hint is open already"


# The fold


def applied(session: Session, event: SessionEvent) -> Session:
    """Return the session after an event. Total: an event that says nothing about it any more changes nothing."""
    index = next((number for number, turn in enumerate(session.turns) if turn.entry.id == event.entry), None)
    if index is None:
        return replace(session, events=(*session.events, event))
    turn = session.turns[index]
    after = replace(session, events=(*session.events, event), is_left=isinstance(event, Left))
    match event:
        case HintOpened():
            return _with(after, index, replace(turn, hints=turn.hints + 1))
        case Flagged():
            return _with(after, index, replace(turn, is_flagged=event.is_flagged))
        case Left():
            return _with(replace(after, since=event.at), index, _looked_at(session, turn, event.at))
        case Resumed():
            runs_on = session.rules.seconds is not None and not session.is_left and not turn.is_settled
            shown = _looked_at(session, turn, event.at) if runs_on else turn
            return _with(replace(after, current=index, since=event.at), index, shown)
        case Responded():
            return _with(replace(after, since=event.at), index, _responded(session, turn, event))
        case Skipped():
            put_off = _looked_at(session, turn, event.at)
            state = State.GIVEN_UP if turn.skips else State.OPEN
            skipped = replace(put_off, skips=turn.skips + 1, state=state)
            return _moved(_with(after, index, skipped), event.at)
        case Advanced():
            return _moved(after, event.at)
        case _:
            assert_never(event)


def _with(session: Session, index: int, turn: Turn) -> Session:
    return replace(session, turns=(*session.turns[:index], turn, *session.turns[index + 1 :]))


def _looked_at(session: Session, turn: Turn, until: float) -> Turn:
    """Return the turn with the time since it was last shown; a clock that was set back counts as none."""
    return replace(turn, seconds=turn.seconds + max(0.0, until - session.since))


def _moved(session: Session, now: float) -> Session:
    """Go to the next open turn: those not yet skipped first, in order, then those put off."""
    waiting = [number for number, turn in enumerate(session.turns) if not turn.is_settled]
    following = min(waiting, key=lambda number: (session.turns[number].skips, number), default=None)
    return replace(session, current=following, since=now)


def _responded(session: Session, turn: Turn, event: Responded) -> Turn:
    """Return the turn with one more attempt, settled if it is right, late, or the last one allowed."""
    looked_at = _looked_at(session, turn, event.at)
    limit = session.rules.seconds
    is_late = limit is not None and (looked_at.seconds >= limit or not event.chosen)
    attempt = Attempt(
        session=session.started.id,
        mode=session.started.mode,
        pattern=turn.entry.pattern,
        item=turn.entry.item,
        instance=turn.entry.id,
        digest=turn.entry.digest,
        number=len(turn.attempts) + 1,
        at=event.at,
        chosen=event.chosen,
        is_right=set(event.chosen) == set(turn.entry.key) and not is_late,
        is_late=is_late,
        hints=turn.hints,
        seconds=looked_at.seconds - sum(each.seconds for each in turn.attempts),
        is_retry=session.started.is_retry,
    )
    is_last = is_late or attempt.number >= session.rules.attempts
    state = State.RIGHT if attempt.is_right else State.WRONG if is_last else State.OPEN
    return replace(looked_at, attempts=(*turn.attempts, attempt), state=state)
