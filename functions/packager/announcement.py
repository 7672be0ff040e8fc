"""The announcement, out of a message of the queue."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .outcomes import Refused


@dataclass(frozen=True)
class Announcement:
    bucket: str
    prefix: str
    """Ends in a slash; empty: the bucket's root."""
    sequence: int | None = None
    """Of the batch among those of its prefix. Quilt's own service sends none."""
    batch_id: str | None = None
    """UUID of version 7: a later batch has a greater one."""

    @property
    def batch(self) -> tuple[int, str] | None:
        """Sequence and id."""
        if self.sequence is None or self.batch_id is None:
            return None
        return self.sequence, self.batch_id

    @property
    def prefix_uri(self) -> str:
        """Encoded as quilt3 parses it: a plain one loses what follows a `?` or `#`."""
        return uri_of(self.bucket, self.prefix)

    @property
    def place(self) -> str:
        """As people write it."""
        return f"s3://{self.bucket}/{self.prefix}"


def uri_of(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{quote(key)}"


def announcement_in(body: str) -> Announcement:
    """Raises Refused when the message is none."""
    try:
        detail: Any = json.loads(body)["detail"]
        bucket, prefix = detail["bucket"], detail["prefix"]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise Refused(f"the message is no announcement ({error!r}): {body[:200]!r}") from error
    if not (isinstance(bucket, str) and bucket and isinstance(prefix, str)):
        raise Refused(f"the announcement's bucket and prefix are {bucket!r} and {prefix!r}")
    if not re.fullmatch(r"[A-Za-z0-9._-]{3,255}", bucket):
        raise Refused(f"the announcement's bucket is {bucket!r}, which no bucket is called")
    if not is_well_formed(prefix):
        raise Refused(f"the announcement's prefix is {prefix!r}, which is no text that S3 has keys of")
    if prefix and not prefix.endswith("/"):
        raise Refused(f"the announcement's prefix is {prefix!r}, allowed is one that ends in a slash")
    sequence, batch_id = detail.get("sequence"), detail.get("batchId")
    is_numbered = (
        type(sequence) is int
        and 0 < sequence < 2**53
        and isinstance(batch_id, str)
        and re.fullmatch(r"[0-9A-Fa-f-]{36}", batch_id) is not None
    )
    return Announcement(
        bucket,
        prefix,
        sequence if is_numbered else None,
        batch_id.lower() if is_numbered else None,
    )


def is_well_formed(text: str) -> bool:
    """Half of a surrogate pair cannot be part of a key, or of anything that is sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
