"""What may be shown without running anything: a subject with the evidence that is at hand, judged anew.

`offer` is what may be asked: of a pattern's items, those that are proved.

Invariant: the verdict shown is the judge's on that evidence, and what was measured here comes before what a lock
says: where an item was verified, a forged or outdated lock has no say. What neither knows is not there.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from quizkit.bank.prose import NOT_PROVED, interpolated_card, quoted_facts
from quizkit.errors import UsageError
from quizkit.model.bank import Bank, LoadedPattern
from quizkit.model.card import Card
from quizkit.model.evidence import Evidence, Value
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.model.figure import Figure
from quizkit.model.probe import Probe
from quizkit.model.served import Offer, ServedCard, ServedItem
from quizkit.model.verdict import Status
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.docket import Docket
from quizkit.proof.lock import FILE_NAME, Lock
from quizkit.proof.plan import Role
from quizkit.proof.prove import Result
from quizkit.proof.served import served_items
from quizkit.proof.subject import Content, Subject, named, subjects
from quizkit.sandbox.environment import environment_id


class Known:
    """The evidence at hand for one pattern: the cache's, else the lock's, that of this environment first."""

    def __init__(self, cache: EvidenceCache, lock: Lock) -> None:
        self._cache, self._lock = cache, lock
        self._environment = environment_id()

    def evidence(self, digests: Iterable[str]) -> dict[str, Evidence]:
        """Return what is known, by digest."""
        wanted = set(digests)
        measured = self._cache.find(wanted)
        locked = {digest: self._lock.evidence(digest, self._environment) for digest in wanted - measured.keys()}
        return {digest: found for digest, found in locked.items() if found} | measured


def recorded(subject: Subject, known: Known) -> Docket:
    """Return everything planned for a subject with what is known of it, ready to be judged."""
    docket = Docket(subject, ())
    if subject.exempt is None:
        docket.planned = waiting = subject.planned()
        while waiting:
            found = known.evidence(planned.probe.digest for planned in waiting)
            waiting = [more for evidence in found.values() for more in docket.take(Result(evidence))]
    return docket


def exhibited(subject: Subject, known: Known) -> Exhibition:
    """Return everything planned for a subject with what is known of it."""
    docket = recorded(subject, known)
    return Exhibition(
        verdict=docket.verdict(),
        exhibits=tuple(
            Exhibit(
                name=planned.name(),
                seed=planned.probe.seed,
                option=planned.option,
                parts=planned.probe.parts,
                expectations=planned.probe.expectations,
                claim=planned.probe.claim,
                observe=planned.probe.observe,
                values=planned.probe.values,
                evidence=evidence,
            )
            for planned, evidence in docket.records()
        ),
    )


def catalogue(bank: Bank) -> Iterator[tuple[LoadedPattern, Iterator[Exhibition]]]:
    """Yield every pattern with what is known of each of its facts and items."""
    every = list(subjects(bank))
    with closing(EvidenceCache(cache_file())) as cache:
        for pattern in bank.patterns:
            known = Known(cache, _lock(pattern))
            yield pattern, (exhibited(subject, known) for subject in every if subject.pattern is pattern)


def exhibition(bank: Bank, name: str) -> tuple[Content, Exhibition]:
    """Return an item, a fact or a solution with what is known of it.

    Raises UsageError if the name is not that of exactly one.
    """
    subject, *others = named(bank, name)
    if others:
        raise UsageError(
            f"{name!r} names {1 + len(others)} items, facts and solutions; choose one, such as {subject.name}"
        )
    with closing(EvidenceCache(cache_file())) as cache:
        shown = exhibited(subject, Known(cache, _lock(subject.pattern)))
    return subject.content, shown.model_copy(update={"folder": bank.folder})


def offer(pattern: LoadedPattern) -> Offer:
    """Return what of a pattern may be asked: the items that are proved by what is recorded, and its cards."""
    items: list[ServedItem] = []
    withheld: list[str] = []
    with closing(EvidenceCache(cache_file())) as cache:
        known = Known(cache, _lock(pattern))
        for entry in pattern.items:
            subject = Subject(entry.item.id, entry.item, pattern, entry.document)
            docket = recorded(subject, known)
            served = list(
                served_items(entry.item, pattern.pattern.id, docket.verdict(), docket.records(), environment_id())
            )
            items += served
            withheld += [] if served else [entry.item.id]
        measured = known_figures(
            pattern, known, quoted_facts(*(side for card in pattern.cards for side in (card.front, card.back)))
        )
    cards = [_served_card(card, pattern.pattern.id, measured) for card in pattern.cards]
    withheld += [card.id for card, served_card in zip(pattern.cards, cards, strict=True) if served_card is None]
    return Offer(
        pattern=pattern.pattern.id,
        items=tuple(items),
        cards=tuple(card for card in cards if card is not None),
        withheld=tuple(withheld),
    )


def _served_card(card: Card, pattern: str, measured: Mapping[str, Figure]) -> ServedCard | None:
    """Return a card with its figures; None if one of them is not proved, for a card is learned by heart."""
    shown = interpolated_card(card, measured)
    if NOT_PROVED in shown.front + shown.back:
        return None
    return ServedCard(
        id=f"card:{card.id}", pattern=pattern, concepts=card.concepts, front=shown.front, back=shown.back
    )


def known_figures(pattern: LoadedPattern, known: Known, wanted: Collection[str]) -> dict[str, Figure]:
    """Return the wanted facts of a pattern by id, each with its value if that is proved by what is known."""
    return {
        name: Figure(fact=fact, value=_value(exhibited(_fact_subject(pattern, name), known)))
        for name, fact in pattern.pattern.facts.items()
        if name in wanted
    }


def _fact_subject(pattern: LoadedPattern, name: str) -> Subject:
    return Subject(f"fact:{name}", pattern.pattern.facts[name], pattern, pattern.document, ("facts", name))


def _value(shown: Exhibition) -> Value | None:
    """Return the value of a proved fact; seeds agree on it, so that of the first is taken."""
    if shown.verdict.status is not Status.PROVED:
        return None
    read = next((each.evidence.observe for each in shown.exhibits if each.evidence is not None), None)
    return read.value if read is not None else None


def option_probe(pattern: LoadedPattern, instance: str, option: str) -> tuple[Probe, Evidence | None]:
    """Return the program run for an option of an instance, in its first context, with what is recorded of it.

    It is the option's own where it has one, else the one that serves all options. Raises KeyError for no item.
    """
    entry = {entry.item.id: entry for entry in pattern.items}[instance.partition("?")[0]]
    with closing(EvidenceCache(cache_file())) as cache:
        docket = recorded(Subject(entry.item.id, entry.item, pattern, entry.document), Known(cache, _lock(pattern)))
    own = [each for each in docket.records() if each[0].instance == instance]
    planned, evidence = min(own, key=lambda each: (each[0].option != option, each[0].role is not Role.PROGRAM))
    return planned.probe, evidence


def _lock(pattern: LoadedPattern) -> Lock:
    return Lock(Path(pattern.folder) / FILE_NAME)
