"""The event package-objects-ready, as EventBridge delivers it. For Python 3.11 and newer.

Only the required fields are in every announcement: see schema.json. There will be more fields.
"""

from typing import Literal, NotRequired, TypedDict


class AnnouncementDetail(TypedDict):
    version: Literal["0.1"]
    """Version of the detail."""

    bucket: str
    """Name of the bucket."""

    prefix: str
    """What the keys of the batch begin with, to its last slash; empty: the bucket's root."""

    prefixUri: NotRequired[str]
    """s3://bucket/prefix, encoded: what quilt3 and Quilt's packaging engine take."""

    packageName: NotRequired[str]
    """The name that Quilt's packaging engine gives to a package of this prefix."""

    batchId: NotRequired[str]
    """UUID, the same in every copy of an announcement: drop the second by it."""

    sequence: NotRequired[int]
    """Number of the batch among those of its prefix, from 1."""

    trigger: NotRequired[str]
    """Why the batch closed: event-count, max-age, duration, and what later versions add."""

    held: NotRequired[bool]
    """Whether it went out late because the pipeline was behind."""

    fileCount: NotRequired[int]
    """Distinct keys."""

    eventCount: NotRequired[int]
    """Distinct object events."""

    totalBytes: NotRequired[int]
    """Sum of the sizes of its object events."""

    firstEventTime: NotRequired[str]
    """Time of its earliest object event: ISO 8601 in UTC, with whole seconds."""

    lastEventTime: NotRequired[str]
    """Time of its latest object event."""


AnnouncementEvent = TypedDict(
    "AnnouncementEvent",
    {
        "source": Literal["com.quiltdata.edp"],
        "detail-type": Literal["package-objects-ready"],
        "id": NotRequired[str],
        "time": NotRequired[str],
        "resources": NotRequired[list[str]],
        "detail": AnnouncementDetail,
    },
)
