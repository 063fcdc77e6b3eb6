"""Operations as JSON documents, in the form that scripts rely on."""

from sms_tui.domain.documents import Document, utc
from sms_tui.engine.record import OperationRecord


def record_document(record: OperationRecord) -> Document:
    """One operation on one task, as far as it is known."""
    trouble = record.trouble
    return {
        "op_id": record.op_id,
        "operation": record.operation.name,
        "task_id": record.task_id,
        "task_name": record.task_name,
        "outcome": record.outcome.value,
        "status": record.status,
        "request_id": record.request_id,
        "elapsed_ms": record.elapsed_ms,
        "error_code": trouble.code if trouble else "",
        "reason": trouble.sentence if trouble else "",
        "evidence": record.evidence,
        "state_before": record.before.state_text,
        "state_after": record.state_after,
        "sent_at": utc(record.sent_at),
        "settled_at": utc(record.settled_at),
    }
