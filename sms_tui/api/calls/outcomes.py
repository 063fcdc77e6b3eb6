"""What one attempt to write proves: applied, refused, never sent, or nothing (which is said as well)."""

from sms_tui.api.answers.replies import (
    Hints,
    complaint_of,
    is_html,
    is_success,
    parse_json,
    request_id_of,
    trouble_of,
)
from sms_tui.api.errors import ApiError
from sms_tui.api.network.transport import Reply
from sms_tui.domain.outcome import Answer, Outcome


def answer_to(reply: Reply, host: str, *, now: float, hints: Hints) -> Answer:
    """Judge an answer: accepted only on a plain success, rejected only with a code of the service."""
    if _is_yes(reply):
        trouble = None
        outcome = Outcome.ACCEPTED
    else:
        trouble = trouble_of(reply, host, now=now, hints=hints)
        outcome = Outcome.UNKNOWN if trouble.may_have_executed else Outcome.REJECTED
    return Answer(outcome, trouble, reply.status, request_id_of(reply), round(reply.seconds * 1000))


def answer_without_reply(error: ApiError) -> Answer:
    """Judge an attempt without an answer: `NOT_SENT` only if that is proven."""
    trouble = error.trouble
    outcome = Outcome.UNKNOWN if trouble.may_have_executed else Outcome.NOT_SENT
    return Answer(outcome, trouble, trouble.status, trouble.request_id)


def _is_yes(reply: Reply) -> bool:
    if not is_success(reply) or is_html(reply):
        return False
    if not reply.body.strip():
        return True
    try:
        parse_json(reply.body)
    except ValueError:
        return False
    return not complaint_of(reply).tells_error
