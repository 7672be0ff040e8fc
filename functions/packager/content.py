"""The files of a prefix, as entries of a package."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import quilt3
from quilt3.packages import PackageEntry
from quilt3.util import PhysicalKey, QuiltException

from .announcement import Announcement, uri_of
from .outcomes import Refused

junk = (".DS_*", "Icon\r", "._*", ".TemporaryItems", ".Trashes", ".VolumeIcon.icns")
"""What file managers leave behind, as `.quiltignore` has it: no file and no folder of such a name."""


def fill(
    package: quilt3.Package,
    announcement: Announcement,
    objects: list[dict[str, Any]],
    previous: quilt3.Package | None,
) -> None:
    """Raises Refused for keys that a package cannot have."""
    known = hashes_of(previous)
    for one in objects:
        logical_key = one["Key"][len(announcement.prefix) :]
        uri = f"{uri_of(announcement.bucket, one['Key'])}?versionId={one['VersionId']}"
        physical_key = PhysicalKey.from_url(uri)
        entry = PackageEntry(physical_key, one["Size"], known.get(str(physical_key)), None)
        try:
            package.set(logical_key, entry)
        except QuiltException as error:
            raise Refused(
                f"a package cannot have the key {one['Key']!r}: {reason_of(logical_key)}"
            ) from error


def objects_of(client: Any, announcement: Announcement, is_deep: bool) -> list[dict[str, Any]]:
    """The latest version of every object, without junk and Quilt's own. Raises Refused when there is none."""
    listed = _latest(client, announcement, is_deep)
    objects = [one for one in listed if is_wanted(one, announcement.prefix)]
    if not objects:
        raise Refused(
            f"there is no file in {announcement.place}: everything was deleted since it was announced"
        )
    return objects


def _latest(client: Any, announcement: Announcement, is_deep: bool) -> Iterator[dict[str, Any]]:
    # Versions, so that a revision keeps the bytes that it had.
    pages = client.get_paginator("list_object_versions").paginate(
        Bucket=announcement.bucket,
        Prefix=announcement.prefix,
        **({} if is_deep else {"Delimiter": "/"}),
    )
    for page in pages:
        for one in page.get("Versions", []):
            if one["IsLatest"]:
                yield {name: one[name] for name in ("Key", "VersionId", "Size")}


def is_wanted(one: dict[str, Any], prefix: str) -> bool:
    key = one["Key"]
    if key.endswith("/") or key.startswith(".quilt/"):
        return False
    segments = key[len(prefix) :].split("/")
    return not any(fnmatchcase(segment, form) for segment in segments for form in junk)


def hashes_of(previous: quilt3.Package | None) -> dict[str, dict[str, str]]:
    """Of what was packaged before: a version of an object never changes, unless the bucket has no versions."""
    if previous is None:
        return {}
    return {
        str(entry.physical_key): entry.hash
        for _, entry in previous.walk()
        if entry.physical_key.version_id not in (None, "null")
    }


def reason_of(logical_key: str) -> str:
    parts = logical_key.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "it has a part that is empty, . or .. below the prefix; copy the object to another key"
    return (
        "there is an object of this name and one below it, or below one of its folders;"
        " copy one of them to another key"
    )
