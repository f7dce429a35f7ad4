"""ReadModels are made again from what their producers have told, while they are read and while more is told."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.events.inbox import ParkedRow
from chassis.events.outbox import Event
from chassis.events.read_models import ReadModels
from chassis.events.received import FollowedRow
from chassis.ground.clock import now
from chassis.ground.problems import Unavailable
from chassis.operating.rebuild import CannotRebuild, rebuild
from chassis.operating.table_sync import Difference
from services.espaces.app import SERVICE
from services.espaces.models.openings import Opening, OpeningStatus
from services.espaces.models.read_models import Person, Structure
from tests.chassis.operating.copying import (
    APPROVED,
    CHANGED,
    KINDS,
    REGISTERED,
    Espaces,
    espaces,
)
from tests.kit.waiting import until

DAMAGE = (
    "DELETE FROM people WHERE account_id = 3",
    "UPDATE people SET last_name = 'Wrong', first_name = NULL WHERE account_id = 4",
    "INSERT INTO people (account_id, is_active) VALUES (999, true)",
    "UPDATE structures SET status = 'INACTIF' WHERE structure_id IN (5, 6)",
    "DELETE FROM attachments WHERE structure_id <= 10",
)
REPAIRED = [Difference("people", 1, 1, 1, 18), Difference("structures", 0, 2, 0, 18)]


@pytest.fixture(params=KINDS)
def known(request: pytest.FixtureRequest) -> Iterator[Espaces]:
    """Twenty people and their structures."""
    with espaces(request.param) as made:
        made.hear_of(20)
        yield made


def test_a_producer_that_does_not_answer_leaves_everything_as_it_was(known: Espaces) -> None:
    def falls_silent() -> None:
        if len(asked) == 2:
            raise Unavailable
        asked.append(True)

    asked: list[bool] = []
    known.damage(*DAMAGE)
    before = known.copies()
    known.feeds["structures"].before_answering = falls_silent

    with pytest.raises(Unavailable):
        rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before


def test_a_producer_that_has_forgotten_what_it_told_is_not_believed(known: Espaces) -> None:
    before = known.copies()
    del known.feeds["identity"].events[25:]

    with pytest.raises(CannotRebuild, match="identity has been restored to an earlier moment"):
        rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before


def test_a_feed_that_does_not_begin_at_the_beginning_is_not_believed(known: Espaces) -> None:
    before = known.copies()
    del known.feeds["identity"].events[:2]

    with pytest.raises(CannotRebuild, match="nothing at position 1"):
        rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before


def test_an_event_that_the_inbox_has_applied_and_cannot_be_applied_now_stops_it(known: Espaces) -> None:
    before = known.copies()
    known.feeds["identity"].events[4].payload.clear()

    with pytest.raises(CannotRebuild, match="cannot be applied: KeyError"):
        rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before


def test_an_event_that_the_inbox_has_parked_is_left_out(known: Espaces) -> None:
    before = known.copies()
    poison = known.tell(REGISTERED)
    poison.payload.clear()
    known.service.inbox.receive([poison])

    differences = rebuild(known.database, SERVICE.read_models, known.feeds)

    assert [found.unchanged for found in differences] == [20, 20, 20]
    assert known.copies() == before


def test_a_handler_that_writes_more_than_copies_is_stopped(known: Espaces) -> None:
    def reacts(session: Session, event: Event) -> None:
        session.add(ParkedRow(event_id=event.id, event={}, error="", parked_at=now()))

    with pytest.raises(CannotRebuild, match="StrayWrite"):
        rebuild(known.database, ReadModels([Person], {REGISTERED: reacts}), known.feeds)

    with known.database.reading() as session:
        assert session.scalars(select(ParkedRow)).all() == []


def test_what_is_missing_wrong_or_too_much_is_put_right_and_counted(known: Espaces) -> None:
    before = known.copies()
    known.damage(*DAMAGE)

    differences = rebuild(known.database, SERVICE.read_models, known.feeds)

    assert differences == [*REPAIRED, Difference("attachments", 10, 0, 0, 10)]
    assert known.copies() == before


def test_a_dry_run_counts_the_same_and_changes_nothing(known: Espaces) -> None:
    known.damage(*DAMAGE)
    damaged = known.copies()

    differences = rebuild(known.database, SERVICE.read_models, known.feeds, dry_run=True)

    assert differences == [*REPAIRED, Difference("attachments", 10, 0, 0, 10)]
    assert known.copies() == damaged


def test_rows_that_stand_in_each_others_place_are_put_right(known: Espaces) -> None:
    before = known.copies()
    known.damage(
        "UPDATE attachments SET structure_id = 100 WHERE attachment_id = 1",
        "UPDATE attachments SET structure_id = 1, account_id = 1 WHERE attachment_id = 2",
        "UPDATE attachments SET structure_id = 2, account_id = 2 WHERE attachment_id = 1",
    )

    differences = rebuild(known.database, SERVICE.read_models, known.feeds)

    assert differences[-1] == Difference("attachments", 0, 2, 0, 18)
    assert known.copies() == before


def test_nothing_is_closed_told_or_learnt_beyond_the_copies(known: Espaces) -> None:  # E-12
    known.hear(CHANGED, structure_id=1, status="INACTIF")
    with known.database.writing() as session:
        session.add(an_opening(structure_id=1))
    told, positions = known.recorded(), followed(known)
    known.damage(*DAMAGE)

    rebuild(known.database, SERVICE.read_models, known.feeds)

    with known.database.reading() as session:
        assert session.scalars(select(Opening)).one().status is OpeningStatus.ACTIVE
        assert not session.get_one(Structure, 1).is_active
    assert (known.recorded(), followed(known)) == (told, positions)


def test_what_was_told_and_not_heard_yet_stays_unheard(known: Espaces) -> None:
    before = known.copies()
    late = known.tell(REGISTERED, account_id=50)

    rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before
    known.service.inbox.receive([late])
    assert len(known.copies()["people"]) == 21


def test_it_can_be_done_again_and_finds_nothing(known: Espaces) -> None:
    known.damage(*DAMAGE)
    rebuild(known.database, SERVICE.read_models, known.feeds)

    again = rebuild(known.database, SERVICE.read_models, known.feeds)

    assert [(found.added, found.corrected, found.removed) for found in again] == [(0, 0, 0)] * 3


def test_a_copy_that_was_never_made_is_made(known: Espaces) -> None:
    before = known.copies()
    known.damage("DELETE FROM people", "DELETE FROM structures", "DELETE FROM attachments")

    rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before


def test_what_arrives_between_approach_and_lock_is_in_it(known: Espaces) -> None:
    def more_is_heard() -> None:
        if len(heard) < 3:
            heard.append(known.hear(REGISTERED, account_id=100 + len(heard)).position)

    heard: list[int] = []
    known.damage(*DAMAGE)
    known.feeds["structures"].before_answering = more_is_heard

    rebuild(known.database, SERVICE.read_models, known.feeds)

    people = [row[0] for row in known.copies()["people"]]
    assert people == [*range(1, 21), 100, 101, 102]


def test_whoever_reads_meanwhile_sees_what_was_or_what_is_and_the_worker_goes_on(known: Espaces) -> None:
    seen: set[int] = set()
    done, failed = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            seen.add(len(known.copies()["structures"]))

    def work() -> None:
        number = 21
        try:
            while not done.is_set():
                known.hear(REGISTERED, account_id=number)
                known.hear(APPROVED, attachment_id=number, structure_id=1, account_id=number)
                number += 1
        except Exception as error:
            failed.append(error)

    known.damage("DELETE FROM structures WHERE structure_id > 15", *DAMAGE)
    threads = [threading.Thread(target=read), threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    until(lambda: seen and known.copies()["people"][-1][0] == 999)
    rebuild(known.database, SERVICE.read_models, known.feeds)
    until(lambda: 20 in seen)
    done.set()
    for thread in threads:
        thread.join()

    assert (seen, failed) == ({15, 20}, [])
    copied = known.copies()
    made_last = rebuild(known.database, SERVICE.read_models, known.feeds)
    assert [(found.added, found.corrected, found.removed) for found in made_last] == [(0, 0, 0)] * 3
    assert known.copies() == copied


def test_a_service_that_was_set_back_is_rebuilt_to_where_it_stands(known: Espaces) -> None:
    with known.database.writing() as session:
        session.execute(update(FollowedRow).where(FollowedRow.producer == "structures").values(position=5))

    rebuild(known.database, SERVICE.read_models, known.feeds)

    assert [row[0] for row in known.copies()["structures"]] == [1, 2, 3, 4, 5]


def followed(known: Espaces) -> dict[str, int]:
    with known.database.reading() as session:
        return {row.producer: row.position for row in session.scalars(select(FollowedRow))}


def an_opening(structure_id: int) -> Opening:
    return Opening(
        structure_id=structure_id,
        espace="TIC",
        permissions=["CONSULTATION_UNIQUEMENT"],
        options={},
        status=OpeningStatus.ACTIVE,
        opened_by=1,
        opened_at=now(),
    )


def test_every_event_that_changes_a_copy_changes_it_again(known: Espaces) -> None:
    for name in SERVICE.read_models.handlers:
        known.hear(name)
    before = known.copies()
    known.damage("DELETE FROM people", "DELETE FROM structures", "DELETE FROM attachments")

    rebuild(known.database, SERVICE.read_models, known.feeds)

    assert known.copies() == before
