"""Saving answers: exactly once, and never silently over somebody else's words."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from actionlearn.answers.prompts import Item
from actionlearn.errors import AnswerError
from actionlearn.store import now, shifted
from actionlearn.store.people import members
from actionlearn.store.records import Draft, SaveConflict, Saved
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import drafts, revisions, workbooks

AT = "2026-10-05T09:12:33.123Z"


@dataclass
class Desk:
    """A workbook somebody writes in."""

    store: object
    id: str
    person: str

    def save(self, client, seq, base, value, prompt="need", person=None, at=AT):
        who = person or self.person
        return self.store.write(
            lambda c: drafts.save(
                c, workbook=self.id, prompt=prompt, person=who, client=client, seq=seq, base=base, value=value, now=at
            )
        )

    def head(self, prompt="need"):
        return self.store.read(lambda c: drafts.drafts(c, self.id)).get(prompt)

    def kept(self, prompt="need"):
        return self.store.read(lambda c: revisions.revisions(c, self.id, prompt))


def a_desk(store, template="scope", number=1, username="bea"):
    """Make a workbook for somebody."""

    def make(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        person = members.person_by_username(c, username) or members.add_person(c, username=username)
        book = workbooks.add_workbook(
            c,
            cohort="autumn",
            owner=person.id,
            template=template,
            template_hash="h",
            locale="en",
            number=number,
            title=template.title(),
            path=f"{template}-{number}.ipynb",
        )
        return Desk(store, book.id, person.id)

    return store.write(make)


@pytest.fixture
def desk(store):
    """Make a workbook for Bea."""
    return a_desk(store)


# The protocol, case by case -------------------------------------------------------------------


def test_the_first_save_is_version_one(desk):
    """A first save follows version 0, becomes the head, and marks the workbook as touched."""
    assert desk.store.read(lambda c: workbooks.workbook(c, desk.id)).started_at is None
    assert desk.save("a", 1, 0, "one") == Saved(1, AT)
    assert desk.head() == Draft("need", 1, "one", desk.person, AT)
    desk.save("a", 2, 1, "two", at=shifted(AT, minutes=1))
    assert desk.store.read(lambda c: workbooks.workbook(c, desk.id)).started_at == AT


def test_saying_nothing_first_marks_nothing(desk):
    """An empty first save leaves the workbook as one that nobody has written in; the first word marks it."""
    desk.save("a", 1, 0, None)
    assert desk.store.read(lambda c: workbooks.workbook(c, desk.id)).started_at is None
    desk.save("a", 2, 1, "one", at=shifted(AT, minutes=1))
    assert desk.store.read(lambda c: workbooks.workbook(c, desk.id)).started_at == shifted(AT, minutes=1)


def test_a_repeat_gets_the_same_reply(desk):
    """A message sent twice is saved once, and is told the same twice."""
    first = desk.save("a", 1, 0, "one")
    assert desk.save("a", 1, 0, "one", at=shifted(AT, hours=1)) == first
    assert desk.head().version == 1


def test_a_lost_reply_is_no_conflict_with_oneself(desk):
    """A saves, the reply is lost, B saves on top; A repeats and is told the same as the first time."""
    first = desk.save("a", 1, 0, "mine")
    desk.save("b", 1, 1, "mine and yours")
    assert desk.save("a", 1, 0, "mine") == first
    assert desk.head().value == "mine and yours"


def test_a_repeated_conflict_gets_the_same_reply_and_is_kept_once(desk):
    """A conflict that is repeated is told the head of the first time, and is one revision."""
    desk.save("a", 1, 0, "one")
    first = desk.save("b", 1, 0, "other")
    desk.save("a", 2, 1, "two")
    assert desk.save("b", 1, 0, "other") == first
    assert isinstance(first, SaveConflict)
    assert first.head.value == "one"
    assert [each.cause for each in desk.kept()] == ["met", "conflict"]


def test_a_reused_seq_is_refused(desk):
    """The same number with other words is a fault of the page, and writes nothing."""
    desk.save("a", 1, 0, "one")
    with pytest.raises(AnswerError) as raised:
        desk.save("a", 1, 0, "two")
    assert raised.value.code == "answers.reused_seq"
    assert desk.head().value == "one"


@pytest.mark.parametrize("base", [1, 99, -1])
def test_a_base_that_does_not_exist_is_refused(desk, base):
    """A message that follows a version there never was writes nothing, not even that it was seen."""
    with pytest.raises(AnswerError) as raised:
        desk.save("a", 1, base, "one")
    assert raised.value.code == "answers.future_base"
    assert desk.head() is None
    assert desk.save("a", 1, 0, "one") == Saved(1, AT)


def test_what_does_not_follow_the_head_is_kept_and_does_not_become_it(desk):
    """Two write on the same version: the first is the head, the second is kept and told of the first."""
    desk.save("a", 1, 0, "start")
    desk.save("a", 2, 1, "theirs")
    assert desk.save("b", 1, 1, "mine") == SaveConflict(Draft("need", 2, "theirs", desk.person, AT))
    assert desk.head().value == "theirs"
    assert [(each.value, each.cause, each.version) for each in desk.kept()] == [
        ("theirs", "met", 2),
        ("mine", "conflict", 1),
    ]
    assert desk.save("b", 2, 2, "theirs and mine") == Saved(3, AT)


def test_two_first_saves_are_a_conflict(desk):
    """Nobody's first words vanish where two begin at once."""
    desk.save("a", 1, 0, "a's")
    assert isinstance(desk.save("b", 1, 0, "b's"), SaveConflict)
    assert {each.value for each in desk.kept()} == {"a's", "b's"}


def test_the_same_words_twice_are_no_conflict(desk):
    """Whoever writes what is there already is told that it is saved, as the version that it is."""
    desk.save("a", 1, 0, "same")
    assert desk.save("b", 1, 0, "same") == Saved(1, AT)
    assert desk.save("b", 2, 0, "same and more") == Saved(2, AT)
    assert desk.kept() == []


def test_one_client_may_run_ahead_of_its_replies(desk):
    """A tab that sends on before it hears of the last one follows itself."""
    desk.save("b", 1, 0, "before")
    for seq, value in enumerate(["x", "xy", "xyz"], 1):
        assert desk.save("a", seq, 1, value) == Saved(seq + 1, AT)
    assert desk.kept() == []


def test_running_ahead_ends_where_somebody_else_saved(desk):
    """A tab that has not heard of somebody else's save does not overwrite it by running ahead."""
    desk.save("a", 1, 0, "x")
    desk.save("b", 1, 1, "x by b")
    assert isinstance(desk.save("a", 2, 0, "xy"), SaveConflict)
    assert desk.head().value == "x by b"


def test_a_late_message_overwrites_nothing(desk):
    """An old message that comes after newer ones of its own client changes nothing, and breaks nothing."""
    desk.save("a", 1, 0, "x")
    desk.save("a", 3, 1, "xyz")
    assert desk.save("a", 2, 1, "xy") == Saved(2, AT)
    desk.save("b", 1, 2, "b's")
    assert desk.save("a", 2, 1, "xy") == SaveConflict(desk.head())
    assert desk.head().value == "b's"
    assert desk.kept() == []
    with pytest.raises(AnswerError):
        desk.save("a", 3, 1, "xyz!")


def test_prompts_and_workbooks_are_apart(desk, store):
    """A client's numbers count for each prompt by itself."""
    other = a_desk(store, number=2)
    assert desk.save("a", 1, 0, "one") == desk.save("a", 1, 0, "one", prompt="aim") == other.save("a", 1, 0, "two")
    assert (desk.head().value, other.head().value) == ("one", "two")


@pytest.mark.parametrize(
    "value", [None, "", 3, "12.50", ["a", "b"], {"not_yet": True}, [{"row": "r", "cells": {"b": "1", "a": 2}}]]
)
def test_every_kind_of_value_comes_back_as_it_was(desk, value):
    """Text, numbers, lists, tables, nothing and "not yet" are stored as they are."""
    desk.save("a", 1, 0, "before")
    desk.save("a", 2, 1, value)
    assert desk.head().value == value
    assert desk.save("a", 2, 1, value).version == 2


def test_a_chapter_of_text_is_saved(desk):
    """The longest answer there may be is acknowledged and comes back whole."""
    text = "Conceição " * 20_000
    desk.save("a", 1, 0, text)
    assert desk.head().value == text


def test_replies_are_forgotten_after_ninety_days(desk):
    """What keeps repeats harmless is kept for 90 days, then goes; the answer stays."""
    desk.save("a", 1, 0, "one", at=AT)
    desk.save("b", 1, 1, "two", at=shifted(AT, days=30))
    forget = lambda c: drafts.prune_acknowledgements(c, shifted(AT, days=91))  # noqa: E731
    assert desk.store.write(forget) == 1
    assert desk.head().value == "two"
    assert desk.save("a", 2, 2, "three").version == 3


def test_fifty_tabs_at_once_lose_nothing(desk):
    """Fifty who write the same prompt at once: one is the head, the others are kept, and each is told which."""
    together = threading.Barrier(10)

    def write(number):
        together.wait(20)
        return [desk.save(f"tab-{number}-{each}", 1, 0, f"words {number} {each}") for each in range(5)]

    with ThreadPoolExecutor(10) as pool:
        replies = [reply for some in pool.map(write, range(10)) for reply in some]
    assert sum(isinstance(reply, Saved) for reply in replies) == 1
    conflicts = [each.value for each in desk.kept() if each.cause == "conflict"]
    assert len(conflicts) == len(set(conflicts)) == 49
    assert desk.head().value not in conflicts
    assert [each.number for each in desk.kept()] == list(range(1, len(desk.kept()) + 1))


# Any interleaving -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    client: str
    seq: int
    base: int
    value: str


CLIENTS = ("a", "b", "c")


class Protocol(RuleBasedStateMachine):
    """Three tabs type, send, repeat, send late, hear or do not hear; the server restarts; nothing is lost."""

    place = None
    opened = None

    def __init__(self):
        super().__init__()
        self.store = self.opened[-1]
        type(self).count = getattr(type(self), "count", 0) + 1
        self.desk = a_desk(self.store, number=self.count)
        self.sent = {client: [] for client in CLIENTS}  # every message that a client has made
        self.heard = dict.fromkeys(CLIENTS, 0)  # the version that it knows
        self.replies = {}  # message -> the reply to its first delivery
        self.last = dict.fromkeys(CLIENTS)  # the newest message of it that arrived
        self.owners = {}  # version -> clients whose words it is
        self.values = {}  # version -> value
        self.conflicts = []

    @rule(
        client=st.sampled_from(CLIENTS),
        word=st.sampled_from("xyz"),
        lag=st.sampled_from([0, 0, 1, 2]),
        way=st.sampled_from(["heard", "heard", "reply lost", "late"]),
    )
    def edit(self, client, word, lag, way):
        """Make an edit, on what the client knows or something older; it arrives, or is still on its way."""
        base = max(0, self.heard[client] - lag)
        self.sent[client].append(Message(client, len(self.sent[client]) + 1, base, word))
        if way != "late":
            self._deliver(self.sent[client][-1], hears=way == "heard")

    @precondition(lambda self: any(self.sent.values()))
    @rule(data=st.data(), hears=st.booleans())
    def arrive(self, data, hears):
        """Let some message arrive: late, or again."""
        some = [message for messages in self.sent.values() for message in messages[-3:]]
        self._deliver(data.draw(st.sampled_from(some)), hears)

    def _deliver(self, message, hears):
        before, reply = self.desk.head(), self._save(message)
        after, last = self.desk.head(), self.last[message.client]
        if last is not None and message.seq <= last.seq:
            assert after == before, "what was seen or overtaken changes nothing"
            if message.seq == last.seq:
                assert reply == self.replies[message], "the same again"
        else:
            self._first_time(message, before, after, reply)
        if hears:
            self.heard[message.client] = reply.version if isinstance(reply, Saved) else reply.head.version

    def _save(self, message):
        return self.desk.save(message.client, message.seq, message.base, message.value)

    def _first_time(self, message, before, after, reply):
        head = before.version if before else 0
        self.replies[message], self.last[message.client] = reply, message
        if isinstance(reply, SaveConflict):
            assert after == before == reply.head
            assert any(message.client not in self.owners[v] for v in range(message.base + 1, head + 1))
            self.conflicts.append(message.value)
            return
        assert reply.version == after.version
        assert after.value == message.value, "saved means that it is there"
        if before and before.value == message.value:
            assert after == before
            self.owners[head].add(message.client)
            return
        assert after.version == head + 1
        unseen = range(message.base + 1, head + 1)
        assert not unseen or message.client in self.owners[head], "never over words it had not seen"
        self.owners[after.version], self.values[after.version] = {message.client}, message.value

    @rule(client=st.sampled_from(CLIENTS), change=st.sampled_from("pq"))
    def reuse_a_number(self, client, change):
        """Send other words under a number that was used, as a broken page would."""
        if (last := self.last[client]) is not None:
            before = self.desk.head()
            with pytest.raises(AnswerError):
                self._save(Message(client, last.seq, last.base, last.value + change))
            assert self.desk.head() == before

    @rule()
    def cut(self):
        """Focus leaves."""
        self.store.write(lambda c: revisions.cut_revision(c, self.desk.id, "need", "blur"))

    @precondition(lambda self: len(self.values) % 4 == 3)
    @rule()
    def restart(self):
        """Stop the server and start it."""
        self.store.close()
        self.store = self.desk.store = self.place.open()
        self.opened.append(self.store)

    @invariant()
    def the_head_is_the_last_version(self):
        head = self.desk.head()
        assert (head.version if head else 0) == len(self.values)
        assert head is None or head.value == self.values[head.version]

    @invariant()
    def every_conflict_is_kept_once(self):
        kept = self.desk.kept()
        assert [each.value for each in kept if each.cause == "conflict"] == self.conflicts
        assert [each.number for each in kept] == list(range(1, len(kept) + 1))
        for each in kept:
            assert each.cause == "conflict" or self.values[each.version] == each.value


def test_any_interleaving_loses_nothing(place):
    """Whatever is saved, repeated, overtaken or in conflict, in whatever order: the protocol holds."""
    few = bool(place.url)
    opened = [place.open()]
    machine = type("Interleaving", (Protocol,), {"place": place, "opened": opened})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=10 if few else 40,
                stateful_step_count=20 if few else 30,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        opened[-1].close()


# Revisions ------------------------------------------------------------------------------------


def test_a_revision_is_cut_where_the_head_differs(desk):
    """A revision is cut once for the same words, whatever was asked how often; without a draft there is none."""
    cut = lambda cause: desk.store.write(lambda c: revisions.cut_revision(c, desk.id, "need", cause, AT))  # noqa: E731
    assert cut("blur") is None
    desk.save("a", 1, 0, "one")
    first = cut("blur")
    assert cut("share") == first
    desk.save("a", 2, 1, "two")
    second = cut("rest")
    assert [(each.number, each.value, each.cause) for each in desk.kept()] == [(1, "one", "blur"), (2, "two", "rest")]
    assert second.version == 2
    desk.save("b", 1, 0, "lost")
    assert cut("blur") == second


# Audiences ------------------------------------------------------------------------------------


def test_an_audience_stands_by_itself(desk):
    """Who may read an answer can be chosen before there is one, and again."""
    put = lambda audience: desk.store.write(  # noqa: E731
        lambda c: drafts.put_audience(c, workbook=desk.id, prompt="need", audience=audience, person=desk.person)
    )
    assert put(("me",)) == ("me",)
    assert put(("me", "coach")) == ("me", "coach")
    assert desk.store.read(lambda c: drafts.audiences(c, desk.id)) == {"need": ("me", "coach")}
    assert desk.head() is None


# Items ----------------------------------------------------------------------------------------


def test_references_lead_to_answers(store):
    """A reference leads here, to the owner's newest of a template, or to all of them by number."""
    scope, first, second = a_desk(store), a_desk(store, "experiment", 1), a_desk(store, "experiment", 2)
    stranger = a_desk(store, "scope", 1, username="rui")
    stranger.save("s", 1, 0, "not hers")
    scope.save("a", 1, 0, "faster")
    first.save("a", 1, 0, "it failed", prompt="result")
    found = store.read(
        lambda c: drafts.items(
            c, second.id, ["scope.need", "experiment*.result", "experiment.result", "result", "plan.aim"]
        )
    )
    assert found == {
        "scope.need": [Item("scope.need", "faster", "Scope", AT, place=scope.id)],
        "experiment*.result": [
            Item("experiment*.result", "it failed", "Experiment", AT, place=first.id),
            Item("experiment*.result", None, "Experiment 2", ahead=True, place=second.id),
        ],
        "experiment.result": [Item("experiment.result", None, "Experiment 2", ahead=True, place=second.id)],
        "result": [Item("result", None, "Experiment 2", place=second.id)],
        "plan.aim": [],
    }


def test_an_act_writes_its_acknowledgement_with_the_answer(desk):
    """There is one row of acknowledgement for each client, replaced by its next message."""
    for seq in range(1, 4):
        desk.save("a", seq, seq - 1, str(seq))
    desk.save("b", 1, 3, "b", at=now())
    assert desk.store.read(lambda c: c.execute(select(func.count()).select_from(schema.acknowledgement)).scalar()) == 2


def test_nobody_saves_in_the_name_of_another_s_page(desk):
    """Whoever learns of a tab's id, and counts far ahead of it, neither overtakes its words nor gets its replies."""
    desk.save("tab", 1, 0, "Bea's first words")
    other = desk.store.write(lambda c: members.add_person(c, username="eve")).id
    desk.save("tab", 2**53, 1, "Eve's words", person=other)
    assert isinstance(desk.save("tab", 2, 1, "Bea's second words"), SaveConflict)
    assert "Bea's second words" in [each.value for each in desk.kept()]
    assert desk.save("tab", 3, 2, "Bea's third words") == Saved(3, AT)
    assert desk.head().value == "Bea's third words"
