from gateway.recent_writes import RETENTION_SECONDS, RecentWrites
from tests.gateway.builders import a_clock
from tests.kit.together import all_at_once


def test_a_person_waits_for_what_they_have_written_at_another_service() -> None:
    writes = RecentWrites()

    writes.remember("subject 42", "structures:event-1")

    assert writes.of("subject 42", seen_by="espaces") == "structures:event-1"


def test_a_service_is_not_told_of_its_own_events() -> None:
    writes = RecentWrites()

    writes.remember("subject 42", "structures:event-1")

    assert writes.of("subject 42", seen_by="structures") == ""


def test_nobody_waits_for_what_another_person_has_written() -> None:
    writes = RecentWrites()

    writes.remember("subject 42", "structures:event-1")

    assert writes.of("subject 43", seen_by="espaces") == ""


def test_the_last_event_of_each_service_stands_for_the_earlier_ones() -> None:
    writes = RecentWrites()

    for recorded in ("identity:event-1", "structures:event-2", "structures:event-3"):
        writes.remember("subject 42", recorded)

    assert writes.of("subject 42", seen_by="espaces") == "identity:event-1, structures:event-3"


def test_a_write_is_forgotten_after_its_time() -> None:
    writes = RecentWrites(clock=a_clock(0.0, 0.0, RETENTION_SECONDS + 0.1))

    writes.remember("subject 42", "structures:event-1")

    assert writes.of("subject 42", seen_by="espaces") == ""


def test_a_header_that_is_not_of_the_shape_is_passed_over() -> None:
    writes = RecentWrites()

    for recorded in ("", "structures", "structures:", ":event-1"):
        writes.remember("subject 42", recorded)

    assert writes.of("subject 42", seen_by="espaces") == ""


def test_the_memory_keeps_only_so_many_writers() -> None:
    writes = RecentWrites(most_writers=2)

    for account in (1, 2, 3):
        writes.remember(f"subject {account}", f"structures:event-{account}")

    assert [writes.of(f"subject {account}", seen_by="espaces") for account in (1, 2, 3)] == [
        "",
        "structures:event-2",
        "structures:event-3",
    ]


def test_what_a_stranger_wrote_follows_them_when_they_sign_in() -> None:
    writes = RecentWrites()
    writes.remember("address 192.0.2.1", "identity:event-1")

    writes.carry_over("address 192.0.2.1", "subject 42")

    assert writes.of("subject 42", seen_by="structures") == "identity:event-1"


def test_signing_in_without_having_written_remembers_nothing() -> None:
    writes = RecentWrites()

    writes.carry_over("address 192.0.2.1", "subject 42")

    assert writes.of("subject 42", seen_by="structures") == ""


def test_writers_at_the_same_moment_do_not_lose_each_others_writes() -> None:
    writes = RecentWrites()

    all_at_once(50, lambda number: writes.remember(f"subject {number}", f"structures:event-{number}"))

    remembered = [writes.of(f"subject {number}", seen_by="espaces") for number in range(50)]
    assert remembered == [f"structures:event-{number}" for number in range(50)]
