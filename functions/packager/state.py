"""
What is known of a prefix, one item of a table: who works on it, and up to which batch it is packaged.
Nothing is lost with it: a package that is made again of the same files is the same.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .announcement import Announcement
from .outcomes import Covered, Later, LostLease

kept = 90 * 24 * 60 * 60
"""Seconds that an item is kept after its last announcement."""


@dataclass
class Lease:
    """One prefix, held by one run."""

    key: dict[str, Any]
    run: str
    covers: tuple[int, str] | None
    """Sequence and id of the newest batch whose files were there before this run began to list."""
    publishing: str | None
    """Top hash that an earlier run was about to publish, and did not come to tell about."""
    told: str | None
    """Top hash of a revision of somebody else's that people were told about."""


class State:
    def __init__(self, client: Any, table: str, lease: int, now: Callable[[], float] = time.time):
        self._client = client
        self._table = table
        self._lease = lease
        self._now = now

    def take(self, announcement: Announcement) -> Lease:
        """Raises Covered when there is nothing to do, Later when another run has the prefix."""
        key = {"prefix": {"S": announcement.place}}
        run = str(uuid.uuid4())
        condition = "(attribute_not_exists(leaseUntil) OR leaseUntil <= :now)"
        values = {
            ":now": self._number(self._now()),
            ":run": {"S": run},
            ":until": self._number(self._now() + self._lease),
            ":expires": self._number(self._now() + kept),
        }
        batch = announcement.batch
        if batch is not None:
            # A new database begins to count anew: its first batch has a small number and a greater id.
            condition += (
                " AND (attribute_not_exists(lastBatchId)"
                " OR lastSequence < :sequence OR lastBatchId < :batch)"
            )
            values |= self._batch(batch)
        try:
            item = self._update(
                key,
                "SET #owner = :run, leaseUntil = :until, expiresAt = :expires",
                condition,
                values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not is_refused(error):
                raise
            self._refuse(announcement, key, error.response.get("Item", {}))
        return Lease(
            key=key,
            run=run,
            covers=self._covered_by(announcement, item),
            publishing=item.get("publishing", {}).get("S"),
            told=item.get("told", {}).get("S"),
        )

    def publish(self, lease: Lease, top_hash: str) -> None:
        """Before a revision is put: the lease holds for as long again. Raises LostLease."""
        self._owned(
            lease,
            "SET publishing = :hash, leaseUntil = :until",
            {":hash": {"S": top_hash}, ":until": self._number(self._now() + self._lease)},
        )

    def done(self, lease: Lease, rest: int, *, covers: bool, told: str | None = None) -> None:
        """
        The run has ended well. `rest`: seconds until the next may begin; `covers`: whether the batches that
        were announced before it are packaged now. Raises LostLease.
        """
        sets = ["leaseUntil = :until"]
        values = {":until": self._number(self._now() + rest)}
        if covers and lease.covers is not None:
            sets += ["lastSequence = :sequence", "lastBatchId = :batch"]
            values |= self._batch(lease.covers)
        if told is not None:
            sets.append("told = :told")
            values[":told"] = {"S": told}
        self._owned(lease, f"SET {', '.join(sets)} REMOVE #owner, publishing", values)

    def give_up(self, lease: Lease) -> None:
        """The run has failed: the next may begin immediately. Does nothing when the lease is lost."""
        try:
            self._owned(
                lease,
                "SET leaseUntil = :now REMOVE #owner",
                {":now": self._number(self._now())},
            )
        except LostLease:
            pass

    def _refuse(self, announcement: Announcement, key: dict[str, Any], item: dict[str, Any]) -> None:
        """Says which half of the condition did not hold, and has the run that waits cover this batch."""
        batch, last = announcement.batch, batch_in(item, "last")
        if batch is not None:
            if last is not None and batch[0] <= last[0] and batch[1] <= last[1]:
                raise Covered
            try:
                self._update(
                    key,
                    "SET seenSequence = :sequence, seenBatchId = :batch",
                    "attribute_not_exists(seenBatchId) OR seenBatchId < :batch",
                    self._batch(batch),
                )
            except ClientError as error:
                if not is_refused(error):
                    raise
        until = float(item.get("leaseUntil", {"N": "0"})["N"])
        what = "is worked on" if "owner" in item else "has a revision that is young"
        raise Later(f"{announcement.place} {what}", until - self._now() + 1)

    def _covered_by(
        self, announcement: Announcement, item: dict[str, Any]
    ) -> tuple[int, str] | None:
        own = announcement.batch
        if own is None:
            return None
        seen = batch_in(item, "seen") or own
        return max(own, seen, key=lambda batch: batch[1])

    def _owned(self, lease: Lease, update: str, values: dict[str, Any]) -> None:
        try:
            self._update(lease.key, update, "#owner = :run", values | {":run": {"S": lease.run}})
        except ClientError as error:
            if is_refused(error):
                raise LostLease from error
            raise

    def _update(
        self, key: dict[str, Any], update: str, condition: str, values: dict[str, Any], **more: str
    ) -> dict[str, Any]:
        names = {"#owner": "owner"} if "#owner" in update + condition else None
        return self._client.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
            **({"ExpressionAttributeNames": names} if names else {}),
            **more,
        ).get("Attributes", {})

    @staticmethod
    def _number(value: float) -> dict[str, str]:
        return {"N": str(int(value))}

    @staticmethod
    def _batch(batch: tuple[int, str]) -> dict[str, Any]:
        return {":sequence": {"N": str(batch[0])}, ":batch": {"S": batch[1]}}


def batch_in(item: dict[str, Any], which: str) -> tuple[int, str] | None:
    if f"{which}BatchId" not in item:
        return None
    return int(item[f"{which}Sequence"]["N"]), item[f"{which}BatchId"]["S"]


def is_refused(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"
