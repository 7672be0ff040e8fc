"""The queue of announcements: what comes back to it, when, and what leaves it for the dead letters."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

longest_delay = 12 * 60 * 60 - 960
"""SQS: 12 hours from when it was received, less the time of a run."""

longest_reason = 256 * 4


@dataclass(frozen=True)
class Message:
    id: str
    body: str
    receipt: str
    received: int

    @staticmethod
    def of(record: dict[str, Any]) -> "Message":
        return Message(
            record["messageId"],
            record["body"],
            record["receiptHandle"],
            int(record["attributes"]["ApproximateReceiveCount"]),
        )

    @property
    def patience(self) -> int:
        """Seconds until a failure is tried again: half a minute at first, a quarter of an hour in the end."""
        return min(30 * 2 ** min(self.received - 1, 5), 900)


@dataclass
class Queue:
    sqs: Any
    url: str
    dead_letter_queue_url: str

    def delay(self, message: Message, seconds: float) -> None:
        """Without it, a message would come back only after the visibility timeout: six times a run's."""
        try:
            self.sqs.change_message_visibility(
                QueueUrl=self.url,
                ReceiptHandle=message.receipt,
                VisibilityTimeout=min(round(seconds), longest_delay),
            )
        except ClientError:
            pass  # then it comes back when it would have

    def refuse(self, message: Message, reason: str) -> None:
        text = "".join(c if c.isprintable() else " " for c in reason)[:longest_reason]
        self.sqs.send_message(
            QueueUrl=self.dead_letter_queue_url,
            MessageBody=message.body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": text}},
        )
