"""What the port of the store promises, asked of every adapter; memory is the plain one, a dict the oracle of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from log_growth import absent, batch_at, following, grown, verify_tree, without_body
from wellclear.centre.ports.store import ArchivableStore, Batch, Store
from wellclear.errors import NotFound, RuleViolated
from wellclear.trust.key_statement import MAX_EPOCH, Place
from wellclear.trust.merkle import EMPTY, MAX_TREE_SIZE
from wellclear.trust.proofs import consistency_proof, inclusion_proof, tree_root, verify_consistency, verify_inclusion


@pytest.fixture
def store(opening: Callable[[], Store]) -> Iterator[Store]:
    opened = opening()
    yield opened
    opened.close()


def refusal(store: Store, term: int, batch: Batch) -> str:
    with pytest.raises(RuleViolated) as refused:
        store.write(term, batch)
    return refused.value.code


def seen(store: Store) -> tuple[object, ...]:
    """All that a reader can see."""
    with closing(store.reader()) as reader:
        epochs = range(reader.end().epoch + 1)
        records = [list(reader.records(Place(epoch, 0), reader.size(epoch))) for epoch in epochs]
        beside = {name: reader.beside(name) for name in reader.names("")}
        return reader.end(), records, beside


def test_an_empty_store_ends_at_its_start(store: Store) -> None:
    reader = store.reader()
    assert (reader.end(), reader.size(0), list(reader.records(Place(0, 0), 0))) == (Place(0, 0), 0, [])
    assert (reader.beside("checkpoint"), list(reader.names(""))) == (None, [])
    reader.close()


def test_terms_rise_over_every_opening(opening: Callable[[], Store]) -> None:
    terms = []
    for _ in range(3):
        store = opening()
        terms += [store.lead(), store.lead()]
        store.close()
    assert terms == sorted(set(terms))
    assert terms[0] > 0


def test_what_is_written_is_read_over_any_opening(opening: Callable[[], Store]) -> None:
    first = opening()
    term = first.lead()
    batch = grown(first, term, [b"", b"\x00\xff", b"x" * 70_000], beside={"checkpoint": b"3", "cosigned/b": b""})
    first.close()
    second = opening()
    reader = second.reader()
    assert reader.end() == Place(0, 3)
    assert tuple(reader.records(Place(0, 0), 3)) == batch.records
    assert tuple(reader.records(Place(0, 1), 2)) == batch.records[1:2]
    assert (reader.beside("checkpoint"), reader.beside("cosigned/b")) == (b"3", b"")
    reader.close()
    second.close()


def test_nothing_is_written_before_there_is_a_leader(store: Store) -> None:
    batch = following(store, [b"a"])
    assert [refusal(store, term, batch) for term in (0, 1, -1)] == ["term-superseded"] * 3
    assert seen(store)[0] == Place(0, 0)


def test_an_old_term_changes_nothing(opening: Callable[[], Store]) -> None:
    old, new = opening(), opening()
    old_term = old.lead()
    grown(old, old_term, [b"one"], beside={"checkpoint": b"1"})
    new_term = new.lead()
    before = seen(new)
    overtaken = following(old, [b"two"], beside={"checkpoint": b"2"})
    assert refusal(old, old_term, overtaken) == "term-superseded"
    assert refusal(old, old_term, Batch(Place(0, 1), beside={"checkpoint": b"2"})) == "term-superseded"
    assert seen(new) == before
    grown(new, new_term, [b"other two"])
    assert refusal(old, old_term, overtaken) == "term-superseded"
    old.close()
    new.close()


@pytest.mark.parametrize("start", [Place(0, 1), Place(0, 3), Place(1, 1), Place(2, 1), Place(MAX_EPOCH, 2)])
def test_a_wrong_place_is_refused_and_changes_nothing(store: Store, start: Place) -> None:
    term = store.lead()
    grown(store, term, [b"one", b"two"])
    before = seen(store)
    batch = following(store, [b"three", b"four"], beside={"checkpoint": b"4"})
    moved = Batch(start, batch.records, _moved_nodes(start), batch.beside)
    assert refusal(store, term, moved) == "batch-place"
    assert refusal(store, term, Batch(start, beside={"checkpoint": b"4"})) == "batch-place"
    assert seen(store) == before
    grown(store, term, [b"three"])


def _moved_nodes(start: Place) -> tuple[tuple[int, int, bytes], ...]:
    """Nodes of the right places for two records at another start."""
    places = [(level, index >> level) for index in (start.index, start.index + 1) for level in _levels(index)]
    return tuple((level, index, bytes(32)) for level, index in places)


def _levels(index: int) -> range:
    return range(1, (~index & (index + 1)).bit_length())


def test_nodes_must_be_those_that_the_records_complete(store: Store) -> None:
    term = store.lead()
    batch = following(store, [b"one", b"two"])
    for nodes in ((), (*batch.nodes, (2, 0, bytes(32))), batch.nodes * 2, ((1, 1, bytes(32)),)):
        assert refusal(store, term, replace(batch, nodes=nodes)) == "batch-nodes"
    (record, _) = batch.records
    for bad in (replace(record, leaf=bytes(31)), replace(record, salt=bytes(33))):
        assert refusal(store, term, Batch(Place(0, 0), (bad,))) == "batch-hash"
    assert refusal(store, term, replace(batch, nodes=((1, 0, b"short"),))) == "batch-hash"
    assert seen(store)[0] == Place(0, 0)
    store.write(term, batch)


def test_a_batch_that_cannot_be_kept_whole_leaves_nothing(store: Store) -> None:
    term = store.lead()
    batch = following(store, [b"one", b"two", b"three"], beside={"checkpoint": b"3"})
    broken = replace(batch, records=(*batch.records[:2], replace(batch.records[2], salt=b"")))
    assert refusal(store, term, broken) == "batch-hash"
    assert seen(store) == (Place(0, 0), [[]], {})
    store.write(term, batch)
    assert seen(store)[0] == Place(0, 3)


def test_readers_on_other_connections_see_a_batch_whole_and_only_once_written(opening: Callable[[], Store]) -> None:
    writing, reading = opening(), opening()
    term = writing.lead()
    reader = reading.reader()
    for number in range(5):
        batch = batch_at(reader, [b"%d" % number] * 7, beside={"checkpoint": b"%d" % number})
        assert reader.end() == Place(0, 7 * number)
        writing.write(term, batch)
        assert (reader.end(), reader.beside("checkpoint")) == (Place(0, 7 * number + 7), b"%d" % number)
    for opened in (reader, writing, reading):
        opened.close()


def test_a_reader_in_the_middle_of_the_log_does_not_hold_the_writer(store: Store) -> None:
    term = store.lead()
    grown(store, term, [b"%d" % number for number in range(600)])
    reader = store.reader()
    reading = reader.records(Place(0, 0), 600)
    assert next(reading).content == b"0"
    grown(store, term, [b"more"])
    assert [record.content for record in reading][-1] == b"599"
    reader.close()


def test_an_epoch_begins_at_its_first_record(store: Store) -> None:
    term = store.lead()
    first = grown(store, term, [b"a", b"b", b"c"])
    store.write(term, Batch(Place(1, 0), beside={"restored": b"soon"}))
    reader = store.reader()
    assert (reader.end(), reader.size(1)) == (Place(0, 3), 0)
    second = grown(store, term, [b"d", b"e"], epoch=1)
    assert (reader.end(), reader.size(0), reader.size(1), reader.size(2)) == (Place(1, 2), 3, 2, 0)
    assert tuple(reader.records(Place(0, 0), 3)) == first.records
    assert tuple(reader.records(Place(1, 0), 2)) == second.records
    third = grown(store, term, [b"f"], epoch=4)
    assert (reader.end(), reader.size(2), reader.size(3), reader.size(4)) == (Place(4, 1), 0, 0, 1)
    assert tuple(reader.records(Place(4, 0), 1)) == third.records
    assert reader.node(0, 1, 0) != reader.node(1, 1, 0)
    assert refusal(store, term, replace(first, start=Place(0, 3), records=(), nodes=())) == "batch-place"
    reader.close()


@pytest.mark.parametrize(("start", "stop"), [(3, 4), (0, 4), (2, 5), (7, 8), (2**43, 2**43 + 1), (2**62, 2**62 + 1)])
def test_a_record_that_is_not_there_is_said(store: Store, start: int, stop: int) -> None:
    grown(store, store.lead(), [b"a", b"b", b"c"])
    reader = store.reader()
    with pytest.raises(NotFound) as refused:
        list(reader.records(Place(0, start), stop))
    assert refused.value.code == "no-record"
    assert list(reader.records(Place(0, 3), 3)) == list(reader.records(Place(0, 9), 3)) == []
    reader.close()


def test_a_subtree_that_is_not_there_is_said(store: Store) -> None:
    grown(store, store.lead(), [b"a", b"b", b"c"])
    reader = store.reader()
    missing = [(0, 3), (1, 1), (2, 0), (-1, 0), (0, -1), (63, 0), (64, 0), (10**9, 0), (0, MAX_TREE_SIZE), (43, 0)]
    assert all(absent(reader, 0, level, index) for level, index in missing)
    assert all(absent(reader, epoch, 0, 0) for epoch in (-1, 1, MAX_EPOCH, MAX_EPOCH + 1, 2**70))
    assert [reader.size(epoch) for epoch in (-1, MAX_EPOCH + 1)] == [0, 0]
    reader.close()


def test_names_beside_the_log_are_listed_by_prefix_and_replaced(store: Store) -> None:
    term = store.lead()
    names = ("cosigned/ö", "cosigned/a", "cosigned/B", "cosigned", "checkpoint", "%", "cosigned_a", "'", "Ω/%_")
    grown(store, term, [], beside={name: name.encode() for name in names})
    grown(store, term, [], beside={"cosigned/a": b"newer"})
    reader = store.reader()
    assert list(reader.names("cosigned/")) == ["cosigned/B", "cosigned/a", "cosigned/ö"]
    assert (list(reader.names("%")), list(reader.names("Ω")), list(reader.names("z"))) == (["%"], ["Ω/%_"], [])
    assert list(reader.names("")) == sorted(names)
    assert (reader.beside("cosigned/a"), reader.beside("'"), reader.beside("b")) == (b"newer", b"'", None)
    reader.close()


def test_proofs_are_made_from_what_is_kept(store: Store) -> None:
    term = store.lead()
    leaves = []
    for count in (1, 2, 5, 64, 1, 13):
        leaves += [record.leaf for record in grown(store, term, [b"x"] * count).records]
    reader = store.reader()
    subtree = partial(reader.node, 0)
    root = tree_root(len(leaves), subtree)
    assert root == EMPTY.extend(leaves).root
    assert verify_tree(reader, 0, 0, len(leaves)) > len(leaves)
    for index in (0, 7, 63, 64, 85):
        verify_inclusion(leaves[index], index, 86, inclusion_proof(index, 86, subtree), root)
    older = EMPTY.extend(leaves[:70]).root
    verify_consistency(70, older, 86, root, consistency_proof(70, 86, subtree))
    reader.close()


NAMES = st.sampled_from(("checkpoint", "cosigned/a", "cosigned/b", "mark"))


class Life(RuleBasedStateMachine):
    """Two writers at one store, and what they must see: a dict of epochs, a dict of names, and the newest term."""

    opening: Callable[[], ArchivableStore]
    serial = 0

    @initialize()
    def begin(self) -> None:
        self.writers = [self.opening(), self.opening()]
        self.reader = self.writers[1].reader()
        end = self.reader.end()
        self.epoch = end.epoch + (end != Place(0, 0))
        self.terms = [self.writers[0].lead()]
        self.log: dict[int, list[bytes]] = {self.epoch: []}
        self.moved: dict[int, int] = {}
        self.beside: dict[str, bytes] = {name: self.reader.beside(name) or b"" for name in self.reader.names("")}
        self._write(0, self.terms[-1], [b"begin"], self.epoch, {})

    @rule(writer=st.integers(0, 1))
    def take_the_lead(self, writer: int) -> None:
        self.terms.append(self.writers[writer].lead())
        assert self.terms[-1] > self.terms[-2]

    @rule(
        writer=st.integers(0, 1),
        contents=st.lists(st.binary(max_size=9), max_size=9),
        beside=st.dictionaries(NAMES, st.binary(max_size=3), max_size=2),
        further=st.sampled_from((0, 0, 0, 1)),
    )
    def write(self, writer: int, contents: list[bytes], beside: dict[str, bytes], further: int) -> None:
        self._write(writer, self.terms[-1], contents, self.epoch + further, beside)

    @precondition(lambda self: len(self.terms) > 1)
    @rule(writer=st.integers(0, 1), old=st.integers(0, 99))
    def write_by_an_old_term(self, writer: int, old: int) -> None:
        batch = batch_at(self.reader, [b"late"], beside={"mark": b"late"})
        assert refusal(self.writers[writer], self.terms[old % (len(self.terms) - 1)], batch) == "term-superseded"

    @rule(writer=st.integers(0, 1), epoch=st.integers(0, 3), index=st.integers(0, 40))
    def write_elsewhere(self, writer: int, epoch: int, index: int) -> None:
        place = Place(epoch, index)
        if place != Place(self.epoch, len(self.log[self.epoch])) and (index or epoch <= self.epoch):
            assert refusal(self.writers[writer], self.terms[-1], Batch(place, beside={"mark": b"e"})) == "batch-place"

    @rule(writer=st.integers(0, 1), chosen=st.integers(0, 3), count=st.integers(1, 5))
    def remove_bodies(self, writer: int, chosen: int, count: int) -> None:
        epoch = sorted(self.log)[chosen % len(self.log)]
        first = self.moved.get(epoch, 0)
        stop = min(first + count, len(self.log[epoch]))
        if first < stop:
            self.writers[writer].remove_bodies(self.terms[-1], Place(epoch, first), stop, {"mark": b"m"})
            self.moved[epoch] = stop
            self.beside["mark"] = b"m"

    @rule(writer=st.integers(0, 1))
    def open_again(self, writer: int) -> None:
        self.writers[writer].close()
        self.writers[writer] = self.opening()

    @invariant()
    def all_is_as_it_was_written(self) -> None:
        if not hasattr(self, "reader"):
            return
        assert self.reader.end() == Place(self.epoch, len(self.log[self.epoch]))
        for epoch, contents in self.log.items():
            assert self.reader.size(epoch) == len(contents)
            moved = self.moved.get(epoch, 0)
            kept = self.reader.records(Place(epoch, moved), len(contents))
            assert [one.content for one in kept] == contents[moved:]
            assert not moved or without_body(self.reader, Place(epoch, moved - 1), moved) == "record-archived"
        assert {name: self.reader.beside(name) for name in self.reader.names("")} == self.beside

    def teardown(self) -> None:
        if not hasattr(self, "reader"):
            return
        for epoch, contents in self.log.items():
            verify_tree(self.reader, epoch, self.moved.get(epoch, 0), len(contents))
        for opened in (self.reader, *self.writers):
            opened.close()

    def _write(self, writer: int, term: int, contents: list[bytes], epoch: int, beside: dict[str, bytes]) -> None:
        self.writers[writer].write(term, batch_at(self.reader, contents, epoch=epoch, beside=beside))
        if contents:
            self.epoch = epoch
            self.log.setdefault(epoch, []).extend(contents)
        self.beside |= beside


def test_any_life_of_a_store_is_that_of_a_dict(opening: Callable[[], Store]) -> None:
    life = type("LifeOfOne", (Life,), {"opening": staticmethod(opening)})
    # the store outlives the examples, as its port knows no emptying: each begins an epoch of its own
    checks = [HealthCheck.too_slow]
    run_state_machine_as_test(
        life, settings=settings(max_examples=25, stateful_step_count=15, suppress_health_check=checks)
    )
