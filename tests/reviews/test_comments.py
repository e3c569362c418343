"""Comments: held until released, between the owner and the coaches, never silently gone."""

from __future__ import annotations

import pytest

from actionlearn.errors import BadInput, Missing, Refused, TooLarge
from actionlearn.reviews import comments
from actionlearn.store import shifted
from actionlearn.store.people import members
from actionlearn.store.reviews import comments as reviews_comments
from actionlearn.store.reviews import reviews, submissions


@pytest.fixture
def made(shared):
    """Share a scope, with an answer for the coach and one for the set alone."""
    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "people", "Carl")
    return shared.share(shared.scope)


@pytest.fixture
def do(shared):
    """Return a function that does an act of `comments` as somebody."""

    def act(name, who, *args, at=None):
        function = getattr(comments, name)
        last = () if name == "visible" else (at or shared.now(),)
        return shared.store.write(lambda c: function(c, members.actor(c, who) if who else None, *args, *last))

    return act


def test_a_comment_is_held_until_released(do, made):
    """The learner sees a comment once its author has released it, with the author's name."""
    said = do("comment", "emma", made.id, "need", "What is a form for?")
    assert do("visible", "bea", made.id) == []
    assert do("visible", "fred", made.id) == []
    assert do("visible", "emma", made.id) == [said]
    released = do("release", "emma", said.id)
    assert do("visible", "bea", made.id) == [released]
    assert (released.by_name, released.prompt, released.body) == ("Emma Conceição", "need", "What is a form for?")
    assert do("release", "emma", said.id) == released


def test_all_of_ones_own_are_released_at_once(do, made):
    """Releasing all releases one's own and nobody else's."""
    do("comment", "emma", made.id, "need", "One")
    do("comment", "emma", made.id, None, "Two")
    do("comment", "fred", made.id, None, "Three")
    assert [each.body for each in do("release_all", "emma", made.id)] == ["One", "Two"]
    assert [each.body for each in do("visible", "bea", made.id)] == ["One", "Two"]
    assert do("release_all", "emma", made.id) == []


def test_two_coaches_both_stay(do, made):
    """The same words by two coaches are two comments."""
    for who in ("emma", "fred"):
        do("release", who, do("comment", who, made.id, "need", "Why?").id)
    assert [each.by for each in do("visible", "bea", made.id)] == ["emma", "fred"]


def test_a_double_click_is_one_comment(do, made):
    """The same words by the same person within seconds are one; a minute later they are meant."""
    at = "2026-10-05T12:00:00.000Z"
    first = do("comment", "emma", made.id, "need", "Why?", at=at)
    assert do("comment", "emma", made.id, "need", " Why? ", at=shifted(at, minutes=0.03)) == first
    assert do("comment", "emma", made.id, None, "Why?", at=at) != first
    assert do("comment", "emma", made.id, "need", "Why?", at=shifted(at, minutes=1)) != first


def test_the_learner_answers_and_is_answered(do, made):
    """A learner's answer is there at once; a coach's is held like any of theirs. Threads are one deep."""
    said = do("release", "emma", do("comment", "emma", made.id, "need", "Why?").id)
    answer = do("reply", "bea", said.id, "Because")
    assert (answer.parent, answer.prompt) == (said.id, "need")
    assert answer.released_at
    again = do("reply", "emma", answer.id, "I see")
    assert again.parent == said.id
    assert again.released_at is None
    assert [each.body for each in do("visible", "bea", made.id)] == ["Why?", "Because"]
    assert do("reply", "bea", said.id, "Because", at=shifted(answer.created_at, minutes=0.01)) == answer


def test_a_held_comment_cannot_be_answered(do, made):
    """Its author releases it first; for everybody else it is not there."""
    said = do("comment", "emma", made.id, "need", "Why?")
    with pytest.raises(BadInput):
        do("reply", "emma", said.id, "More")
    for who in ("bea", "fred"):
        with pytest.raises(Missing):
            do("reply", who, said.id, "What?")


def test_what_was_taken_back_leaves_a_mark(do, made):
    """A released comment that is deleted loses its words and keeps its place; a held one goes."""
    said = do("release", "emma", do("comment", "emma", made.id, "need", "Why?").id)
    do("reply", "bea", said.id, "Because")
    do("delete", "emma", said.id)
    stone, answer = do("visible", "bea", made.id)
    assert (stone.body, bool(stone.deleted_at), answer.body) == ("", True, "Because")
    do("delete", "emma", do("comment", "emma", made.id, "need", "Never mind").id)
    assert len(do("visible", "emma", made.id)) == 2


@pytest.mark.parametrize("act", ["release", "delete"])
def test_a_comment_is_its_authors(do, made, act):
    """Nobody releases or deletes the comment of somebody else."""
    said = do("comment", "emma", made.id, "need", "Why?")
    with pytest.raises(Missing):
        do(act, "fred", said.id)
    do("release", "emma", said.id)
    for who in ("fred", "bea"):
        with pytest.raises(Refused):
            do(act, who, said.id)


@pytest.mark.parametrize("who", ["dina", "gina", "hugo", "ines", None])
def test_who_may_not_read_is_told_of_nothing(do, made, who):
    """For a coach of another set or cohort, a facilitator, a stranger and nobody there is no submission."""
    said = do("release", "emma", do("comment", "emma", made.id, "need", "Why?").id)
    for name, *args in (
        ("comment", made.id, "need", "Hello"),
        ("visible", made.id),
        ("release_all", made.id),
        ("sign_off", made.id, "agreed"),
        ("reply", said.id, "Hello"),
        ("mark_seen", said.id),
        ("delete", said.id),
    ):
        with pytest.raises(Missing):
            do(name, who, *args)


def test_a_peer_reads_without_the_comments(do, made):
    """Who reads because they are in the set neither comments nor sees what the coach said."""
    said = do("release", "emma", do("comment", "emma", made.id, "need", "Why?").id)
    assert do("visible", "carl", made.id) == []
    for name, *args in (("comment", made.id, "need", "Hello"), ("reply", said.id, "Hello"), ("mark_seen", said.id)):
        with pytest.raises(Refused):
            do(name, "carl", *args)


def test_a_learner_does_not_comment_on_their_own(do, made):
    """The owner answers; commenting and signing off are the coach's."""
    for name, *args in (("comment", made.id, "need", "Hello"), ("sign_off", made.id, "agreed")):
        with pytest.raises(Refused):
            do(name, "bea", *args)


@pytest.mark.parametrize("prompt", ["people", "secret", "doubt", "nonsense"])
def test_a_coach_comments_on_what_they_can_read(do, made, prompt):
    """A prompt that was not shared with coaches, or does not exist, takes no comment."""
    with pytest.raises(BadInput):
        do("comment", "emma", made.id, prompt, "Hello")


def test_a_comment_says_something_and_has_an_end(do, made):
    """An empty comment and one of 100 kB are refused; markup is kept as the text it is."""
    with pytest.raises(BadInput):
        do("comment", "emma", made.id, "need", " \n ")
    with pytest.raises(TooLarge):
        do("comment", "emma", made.id, "need", "x" * 100_000)
    said = do("comment", "emma", made.id, "need", "<script>alert(1)</script>\x00")
    assert said.body == "<script>alert(1)</script>"


def test_a_coach_removed_in_the_middle_can_do_no_more(shared, do, made):
    """What they released stays; what they held is not there for anybody."""
    said = do("release", "fred", do("comment", "fred", made.id, "need", "Why?").id)
    shared.store.write(lambda c: members.revoke(c, "autumn", "fred", "coach"))
    with pytest.raises(Missing):
        do("comment", "fred", made.id, "need", "And?")
    assert do("visible", "bea", made.id) == [said]


def test_seen_comments_wait_no_more(shared, do, made):
    """A comment waits for the learner until it was seen."""
    said = do("release", "emma", do("comment", "emma", made.id, "need", "Why?").id)
    assert shared.store.read(lambda c: reviews_comments.unseen_for(c, "bea")) == [said]
    do("mark_seen", "bea", said.id)
    do("mark_seen", "bea", said.id)
    assert shared.store.read(lambda c: reviews_comments.unseen_for(c, "bea")) == []


def test_the_newest_verdict_of_each_coach_counts(shared, do, made):
    """A coach can say "look again" and later "agreed"; there is no third verdict."""
    do("sign_off", "emma", made.id, "again")
    do("sign_off", "fred", made.id, "agreed")
    do("sign_off", "emma", made.id, "agreed")
    said = shared.store.read(lambda c: reviews.sign_offs(c, made.id))
    assert {each.by: each.verdict for each in said} == {"emma": "agreed", "fred": "agreed"}
    with pytest.raises(BadInput):
        do("sign_off", "emma", made.id, "perhaps")


def test_a_comment_quotes_words_as_they_stand(shared, made):
    """A passage is kept as it stands in what was shared; words that are not there are no quote, and nothing is lost."""
    emma = shared.actor("emma")

    def say(exact, source="answer"):
        target = {"source": source, "selector": [{"type": "TextQuoteSelector", "exact": exact}]}
        told = {"answer": "Fewer forms", "question": "What needs to change?"}
        return shared.store.write(
            lambda c: comments.comment(
                c, emma, made.id, "need", f"On {exact}", shared.now(), comments.quoted_in(told, target)
            )
        )

    assert say("forms").target["selector"][1] == {"type": "TextPositionSelector", "start": 6, "end": 11}
    assert say("change", "question").target["source"] == "question"
    assert say("more forms").target is say("forms", "elsewhere").target is None


def test_a_conversation_is_settled_and_opened_by_whoever_takes_part(shared, made, do):
    """The owner and the coaches may; what is held is nobody else's to settle."""
    said = do("comment", "emma", made.id, "need", "Why?")
    with pytest.raises(Missing):
        do("resolve", "bea", said.id, True)
    do("release", "emma", said.id)
    assert do("resolve", "bea", said.id, True).resolved_at
    assert do("resolve", "emma", said.id, False).resolved_at is None


def test_one_coach_is_asked_about_one_answer_alone(shared, do):
    """The coach who was asked reads that answer; other coaches read nothing, and nothing counts as shared."""
    from actionlearn.reviews import share

    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "doubt", "Whether they read them")

    def ask(coach, prompt="need"):
        told = (shared.scope, shared.contents(shared.scope), "bea", prompt, coach, "Is it one?", shared.now())
        return shared.store.write(lambda c: share.ask(c, *told))

    asked = ask("emma")
    assert ask("emma").id == asked.id
    assert [each.prompt for each in shared.store.read(lambda c: submissions.items_of(c, asked.id))] == ["need"]
    assert shared.store.read(lambda c: submissions.submissions_of(c, shared.scope.id)) == []
    assert do("comment", "emma", asked.id, "need", "What for?").body == "What for?"
    with pytest.raises(Missing):
        do("comment", "fred", asked.id, "need", "And I?")
    for coach, prompt in (("gina", "need"), ("emma", "people")):
        with pytest.raises(BadInput):
            ask(coach, prompt)
