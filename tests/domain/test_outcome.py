"""Only what provably had no effect is offered again."""

from sms_tui.domain.outcome import Outcome


def test_what_may_be_offered_again() -> None:
    again = {outcome for outcome in Outcome if outcome.may_be_offered_again}
    assert again == {Outcome.REJECTED, Outcome.NOT_SENT}


def test_words_for_machines_and_for_people() -> None:
    machine = "queued sent accepted rejected unknown not-sent confirmed"
    assert " ".join(machine_word.value for machine_word in Outcome) == machine
    assert [outcome.word for outcome in Outcome] == [
        "queued",
        "sent",
        "accepted",
        "rejected",
        "unknown",
        "not sent",
        "confirmed",
    ]
