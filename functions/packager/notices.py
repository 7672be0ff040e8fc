"""What became of an announcement: an event for programs, a message for people."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from .announcement import Announcement

source = "com.quiltdata.edp"

longest_subject = 99
"""SNS: fewer than 100 characters (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html)."""


class NotPut(Exception):
    """EventBridge has not taken the event: the announcement goes back to the queue."""


@dataclass(frozen=True)
class Outcome:
    kind: str
    """package-created, package-unchanged, package-quarantined or package-not-ours: the detail-type."""
    announcement: Announcement
    name: str
    top_hash: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def detail(self) -> dict[str, Any]:
        announcement = self.announcement
        numbered = {"batchId": announcement.batch_id, "sequence": announcement.sequence}
        return {
            "version": "0.1",
            "bucket": announcement.bucket,
            "prefix": announcement.prefix,
            "prefixUri": announcement.prefix_uri,
            "packageName": self.name,
            "topHash": self.top_hash,
            **(numbered if announcement.batch is not None else {}),
            **self.more,
        }


@dataclass(frozen=True)
class Notices:
    events: Any
    sns: Any
    bus: str
    topic: str
    """Empty: nobody is told."""
    catalog: str

    def put(self, outcome: Outcome) -> None:
        """Raises NotPut."""
        answer = self.events.put_events(
            Entries=[
                {
                    "EventBusName": self.bus,
                    "Source": source,
                    "DetailType": outcome.kind,
                    "Resources": [],
                    "Detail": json.dumps(outcome.detail),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise NotPut(f"EventBridge refused {outcome.kind}: {answer['Entries'][0]}")

    def tell(self, subject: str, says: str, outcome: Outcome) -> None:
        if not self.topic:
            return
        bucket = outcome.more.get("registry", outcome.announcement.bucket)
        link = f"\n\n{self.catalog}/b/{bucket}/packages/{outcome.name}" if self.catalog else ""
        self.sns.publish(
            TopicArn=self.topic,
            Subject=re.sub(r"[^ -~]", "-", subject)[:longest_subject],
            Message=f"{says}{link}\n",
        )
