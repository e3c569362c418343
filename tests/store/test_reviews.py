"""What was shared, its executed notebooks, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from actionlearn.errors import AnswerError, Conflict, Missing
from actionlearn.permissions import Actor, Membership, may
from actionlearn.store.people import members
from actionlearn.store.records import Review, Saved, SignOff, SubmissionItem
from actionlearn.store.reviews import coach_answers, comments, queue, reviews, submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

DAY = "2026-10-{:02}T10:00:00.000Z"


def share(c, book, by, audiences=("me", "coach"), day=1):
    """Share what a workbook's one answer is."""
    kept = revisions.cut_revision(c, book.id, "need", "share", DAY.format(day))
    item = SubmissionItem("need", kept.id, kept.value, kept.created_at, ("me", "coach"))
    return submissions.add_submission(
        c,
        workbook=book.id,
        by=by,
        wants="the aim",
        audiences=audiences,
        items=[item],
        receipt="f" * 64,
        now=DAY.format(day),
    )


@pytest.fixture
def scene(store):
    """Make a learner with an answer that is shared, a coach of that set, and a stranger."""

    def make(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        bea = members.add_person(c, username="bea", firstname="Bea")
        coach = members.add_person(c, username="coach", firstname="Carla", lastname="Lima")
        rui = members.add_person(c, username="rui")
        one, two = members.put_set(c, "autumn", "One"), members.put_set(c, "autumn", "Two")
        members.grant(c, "autumn", bea.id, "learner", one.id)
        members.grant(c, "autumn", rui.id, "learner", two.id)
        members.grant(c, "autumn", coach.id, "coach", one.id)
        books = {}
        for owner, kind in ((bea, "person"), (rui, "person"), (two, "set")):
            book = workbooks.add_workbook(
                c, cohort="autumn", owner=owner.id, owner_kind=kind, template="scope", template_hash="h",
                locale="en", number=1, title="Scope", path="p",
            )  # fmt: skip
            drafts.save(
                c,
                workbook=book.id,
                prompt="need",
                person=bea.id,
                client="t",
                seq=1,
                base=0,
                value="words",
                now=DAY.format(1),
            )
            books[owner.id] = book
        shared = share(c, books[bea.id], bea.id)
        return SimpleNamespace(
            bea=bea, coach=coach, rui=rui, one=one, two=two, books=books, shared=shared, book=books[bea.id]
        )

    return store.write(make)


def test_what_is_shared_is_frozen(store, scene):
    """What was shared stays as it was, whatever is written after; submissions count from one."""
    save = {"workbook": scene.book.id, "prompt": "need", "person": scene.bea.id, "client": "t"}
    store.write(lambda c: drafts.save(c, **save, seq=2, base=1, value="other"))
    second = store.write(lambda c: share(c, scene.book, scene.bea.id, day=2))
    items = store.read(lambda c: submissions.items_of(c, scene.shared.id))
    assert [(each.prompt, each.value, each.audience) for each in items] == [("need", "words", ("me", "coach"))]
    assert (scene.shared.number, second.number) == (1, 2)
    assert store.read(lambda c: submissions.submissions_of(c, scene.book.id)) == [second, scene.shared]
    assert store.read(lambda c: submissions.submission(c, second.id)) == second
    with pytest.raises(Missing):
        store.read(lambda c: submissions.submission(c, "none"))


def test_sharing_is_whole_or_not_at_all(store, scene):
    """A submission that names a revision there is not leaves nothing behind."""
    item = SubmissionItem("need", "none", None, "", ("me",))
    values = {"workbook": scene.book.id, "by": scene.bea.id, "wants": "", "audiences": ("me",), "receipt": ""}
    with pytest.raises(Conflict):
        store.write(lambda c: submissions.add_submission(c, **values, items=[item]))
    assert len(store.read(lambda c: submissions.submissions_of(c, scene.book.id))) == 1


def test_a_coach_sees_what_was_shared_with_coaches_of_their_sets(store, scene):
    """The desk lists the learners' workbooks and the set's own; never what coaches may not read, or were not given."""
    late = store.write(lambda c: members.add_person(c, username="late").id)

    def more(c):
        members.grant(c, "autumn", late, "coach", scene.two.id)
        private = share(c, scene.books[scene.rui.id], scene.rui.id, audiences=("me", "set"), day=2)
        ours = share(c, scene.books[scene.two.id], scene.rui.id, day=3)
        return private, ours

    _, ours = store.write(more)

    def on_desk(who=scene.coach.id, **cohorts):
        given = [(id, each) for id, sets in cohorts.items() for each in (sets if sets is not None else [""])]
        actor = Actor(who, frozenset(Membership(id, "coach", each) for id, each in given))
        found = [each.id for each in store.read(lambda c: queue.queue_of(c, who, cohorts))]
        assert store.read(lambda c: queue.queue_ids(c, actor)) == found
        return found

    for sets in ([scene.one.id], [scene.two.id], None):  # given is given, wherever one coaches now
        assert on_desk(autumn=sets) == [scene.shared.id]
        assert on_desk(late, autumn=sets) == [ours.id]
    assert on_desk(spring=None) == on_desk() == []


def test_a_submission_is_read_by_whom_it_was_shared_with(store, scene):
    """The permission rule gets what it needs of a submission."""
    thing = store.read(lambda c: submissions.submission_resource(c, scene.shared))
    asks = {who: store.read(lambda c, who=id: members.actor(c, who)) for who, id in
            {"bea": scene.bea.id, "coach": scene.coach.id, "rui": scene.rui.id}.items()}  # fmt: skip
    assert {who: may(actor, "read", thing) for who, actor in asks.items()} == {"bea": True, "coach": True, "rui": False}
    assert may(asks["coach"], "comment", thing)


def test_a_review_stands_for_each_reader(store, scene):
    """The executed notebook is known for each kind of reader; those not made yet are found after a restart."""
    pending = Review(scene.shared.id, "coach")
    store.write(lambda c: reviews.put_review(c, pending))
    store.write(lambda c: reviews.put_review(c, Review(scene.shared.id, "owner", "failed", message="cell live-1")))
    assert store.read(reviews.pending_reviews) == [pending]
    done = replace(pending, state="done", notebook_path="n", html_path="h", executed_at=DAY.format(1))
    store.write(lambda c: reviews.put_review(c, done))
    assert store.read(lambda c: reviews.review(c, scene.shared.id, "coach")) == done
    assert store.read(lambda c: reviews.review(c, scene.shared.id, "set")) is None
    assert store.read(reviews.pending_reviews) == []


def add(store, scene, by, body, **more):
    """Write a comment on the shared answer."""
    usual = {"submission": scene.shared.id, "prompt": "need", "by": by.id, "body": body}
    return store.write(lambda c: comments.add_comment(c, **(usual | more)))


def test_comments_are_the_coachs_own_until_released(store, scene):
    """A learner hears of comments once they are released, one by one or all that one coach wrote."""
    first, second = add(store, scene, scene.coach, "good"), add(store, scene, scene.coach, "why?", prompt=None)
    unseen = lambda who: [each.body for each in store.read(lambda c: comments.unseen_for(c, who.id))]  # noqa: E731

    def seen(**more):
        return [each.body for each in store.read(lambda c: comments.comments_for_workbook(c, scene.book.id, **more))]

    assert (unseen(scene.bea), seen(), seen(released_only=False)) == ([], [], ["good", "why?"])
    assert store.write(lambda c: comments.release_comment(c, first.id)).released_at
    assert store.write(lambda c: comments.release_comment(c, second.id)).released_at
    assert unseen(scene.bea) == seen() == ["good", "why?"]
    assert unseen(scene.coach) == unseen(scene.rui) == []
    assert first.by_name == "Carla Lima"
    for _ in range(2):
        store.write(lambda c: comments.mark_seen(c, second.id, scene.bea.id))
    assert unseen(scene.bea) == ["good"]


def test_a_reply_waits_for_whom_it_answers(store, scene):
    """A learner's reply is there at once, and waits for the coach who wrote on that submission."""
    first = add(store, scene, scene.coach, "why?")
    reply = add(store, scene, scene.bea, "because", parent=first.id, released=True)
    assert reply.released_at
    assert [each.id for each in store.read(lambda c: comments.unseen_for(c, scene.coach.id))] == [reply.id]
    for at in (DAY.format(4), None):
        store.write(lambda c, at=at: comments.resolve_comment(c, first.id, at))
        assert store.read(lambda c: comments.comment(c, first.id)).resolved_at == at


def test_a_comment_can_be_taken_back(store, scene):
    """A draft goes without trace; of a released comment a tombstone stays, so that replies keep their place."""
    draft, said = add(store, scene, scene.coach, "hm"), add(store, scene, scene.coach, "oh", released=True)
    for each in (draft, said):
        store.write(lambda c, which=each.id: comments.delete_comment(c, which))
    with pytest.raises(Missing):
        store.read(lambda c: comments.comment(c, draft.id))
    tombstone = store.read(lambda c: comments.comments_of(c, scene.shared.id))[0]
    assert (tombstone.body, bool(tombstone.deleted_at)) == ("", True)
    assert store.read(lambda c: comments.unseen_for(c, scene.bea.id)) == []


def test_the_last_sign_off_of_a_coach_counts(store, scene):
    """A coach may change their mind; there is one sign-off for each coach."""
    for day, verdict in enumerate(("again", "agreed"), 1):
        values = {"submission": scene.shared.id, "by": scene.coach.id, "verdict": verdict, "now": DAY.format(day)}
        store.write(lambda c, values=values: reviews.sign_off(c, **values))
    expected = SignOff(scene.shared.id, scene.coach.id, "agreed", DAY.format(2))
    assert store.read(lambda c: reviews.sign_offs(c, scene.shared.id)) == [expected]


def test_coaches_answer_their_own_prompts(store, scene):
    """A prompt that is the coach's is saved as any other: exactly once, and never over another page's words."""
    key = {"submission": scene.shared.id, "prompt": "rating", "coach": scene.coach.id}

    def save(client, seq, base, value):
        return store.write(
            lambda c: coach_answers.save(c, **key, client=client, seq=seq, base=base, value=value, now=DAY.format(seq))
        )

    assert save("one", 1, 0, 3) == save("one", 1, 0, 3) == Saved(1, DAY.format(1))
    assert save("one", 2, 1, 4) == Saved(2, DAY.format(2))
    behind = save("two", 3, 1, 5)
    assert (behind.head.value, behind.head.version) == (4, 2)
    assert save("two", 4, 1, 4) == Saved(2, DAY.format(2))
    with pytest.raises(AnswerError):
        save("two", 5, 9, 5)
    (kept,) = store.read(lambda c: coach_answers.of(c, scene.shared.id))
    assert (kept.value, kept.coach_name, kept.released_at) == (4, "Carla Lima", None)
    assert store.write(lambda c: coach_answers.release(c, scene.shared.id, scene.coach.id)) == 1
    assert store.write(lambda c: coach_answers.release(c, scene.shared.id, scene.coach.id)) == 0
