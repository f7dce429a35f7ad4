"""Rules of a mail, on plain objects."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.errors.mails import ClaimLost, NotDue
from services.notifier.models.mails import MailState, TryOutcome, delay_after
from tests.services.notifier.builders import a_mail

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TWO_DAYS = timedelta(hours=48)


def test_a_mail_that_is_not_due_cannot_be_claimed() -> None:  # N-03
    mail = a_mail()
    mail.claim(NOON)

    with pytest.raises(NotDue):
        mail.claim(NOON)


def test_a_try_whose_claim_went_to_another_may_not_hand_over() -> None:  # N-03
    mail = a_mail()
    mail.claim(NOON)
    mail.release(NOON)
    mail.claim(NOON)

    with pytest.raises(ClaimLost):
        mail.hand_over(1, NOON)


def test_a_mail_is_handed_over_once_per_try() -> None:  # N-03
    mail = a_mail()
    mail.claim(NOON)
    mail.hand_over(1, NOON)

    with pytest.raises(ClaimLost):
        mail.hand_over(1, NOON)


def test_a_late_failure_cannot_touch_a_mail_that_was_sent() -> None:  # N-03
    mail = a_mail()
    mail.claim(NOON)
    mail.mark_sent(1, "250 ok", NOON)

    with pytest.raises(ClaimLost):
        mail.retry_later(1, "TimeoutError", NOON, keep_trying_for=TWO_DAYS)

    assert mail.state is MailState.SENT


def test_a_mail_that_is_not_being_sent_cannot_be_taken_back() -> None:
    mail = a_mail()

    with pytest.raises(ClaimLost):
        mail.release(NOON)


def test_a_failed_mail_is_due_again_after_its_delay() -> None:  # N-03
    mail = a_mail(owed_since=NOON)
    mail.claim(NOON)

    mail.retry_later(1, "451 later", NOON, keep_trying_for=TWO_DAYS)

    assert (mail.state, mail.due_at) == (MailState.DUE, NOON + timedelta(seconds=1))
    assert [(one.outcome, one.answer) for one in mail.tries] == [(TryOutcome.FAILED, "451 later")]


def test_a_mail_owed_for_48_hours_is_parked_with_the_last_answer() -> None:  # N-03
    mail = a_mail(owed_since=NOON)
    mail.claim(NOON + TWO_DAYS)

    mail.retry_later(1, "451 later", NOON + TWO_DAYS, keep_trying_for=TWO_DAYS)

    assert (mail.state, mail.reason, mail.settled_at) == (MailState.PARKED, "451 later", NOON + TWO_DAYS)


def test_delays_double_up_to_a_quarter_of_an_hour() -> None:  # N-03
    seconds = [delay_after(tries).total_seconds() for tries in (1, 2, 3, 4, 10, 11, 200)]

    assert seconds == [1, 2, 4, 8, 512, 900, 900]


def test_a_mail_taken_back_before_handing_over_was_surely_not_sent() -> None:
    mail = a_mail()
    mail.claim(NOON)

    mail.release(NOON)

    assert mail.tries[0].outcome is TryOutcome.INTERRUPTED
    assert mail.state is MailState.DUE


def test_a_mail_taken_back_while_handed_over_may_be_out() -> None:
    mail = a_mail()
    mail.claim(NOON)
    mail.hand_over(1, NOON)

    mail.release(NOON)

    assert mail.tries[0].outcome is TryOutcome.UNKNOWN


def test_the_unique_name_is_the_same_for_every_try_and_no_other_mail() -> None:  # N-03
    mail = a_mail()

    same = a_mail(event_id=mail.event_id)
    others = [a_mail(), a_mail(event_id=mail.event_id, account_id=42), a_mail(event_id=mail.event_id, template="x")]

    assert same.unique_name == mail.unique_name
    assert mail.unique_name not in {other.unique_name for other in others}
