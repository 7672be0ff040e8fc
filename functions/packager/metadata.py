"""A package's metadata: where each field comes from, and what the workflow asks for."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .announcement import Announcement
from .outcomes import Refused
from .settings import Settings

sidecars = ("metadata.json", "quilt_metadata.json")
"""Of two, the second wins."""

most_looked_at = 10
"""Objects whose own metadata are read, the first by their keys: each is two calls."""

largest_sidecar = 1024 * 1024


@dataclass
class Metadata:
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """For each field, in words."""

    def add(self, source: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.values[name] = value
            self.sources[name] = source


def collect(
    client: Any,
    settings: Settings,
    announcement: Announcement,
    objects: list[dict[str, Any]],
    tokens: dict[str, str],
    schema: Any,
) -> Metadata:
    """Later sources win: defaults, path, objects, sidecar files."""
    metadata = Metadata()
    metadata.add("default", settings.metadata_defaults)
    metadata.add("path", fitting(tokens, schema))
    if settings.is_object_metadata_read:
        metadata.add("objects", fitting(common(client, announcement, objects), schema))
    by_name = {one["Key"][len(announcement.prefix) :]: one for one in objects}
    for file in sidecars:
        if file in by_name:
            metadata.add(file, sidecar(client, announcement, by_name[file]))
    return metadata


def fitting(texts: dict[str, str], schema: Any) -> dict[str, Any]:
    """
    Texts that nobody wrote for this schema: as the type it asks for, and without those that it forbids.
    """
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    is_closed = isinstance(schema, dict) and schema.get("additionalProperties") is False
    return {
        name: typed(text, properties.get(name))
        for name, text in texts.items()
        if name in properties or not is_closed
    }


def typed(text: str, about: Any) -> Any:
    kind = about.get("type") if isinstance(about, dict) else None
    try:
        if kind == "integer":
            return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text
        if kind == "number":
            value = parsed(text)
            return text if isinstance(value, bool) or not isinstance(value, int | float) else value
    except (ValueError, RecursionError):
        return text
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def parsed(text: str | bytes) -> Any:
    """Of JSON, without the numbers that only Python takes. Raises ValueError."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no number")

    return json.loads(text, parse_constant=refuse)


def common(
    client: Any, announcement: Announcement, objects: list[dict[str, Any]]
) -> dict[str, str]:
    """User metadata and tags that the first objects agree about; tags win."""
    found: dict[str, set[str]] = {}
    for one in sorted(objects, key=lambda one: one["Key"])[:most_looked_at]:
        where = {"Bucket": announcement.bucket, "Key": one["Key"], "VersionId": one["VersionId"]}
        own = dict(client.head_object(**where)["Metadata"])
        tags = client.get_object_tagging(**where)["TagSet"]
        own.update({tag["Key"]: tag["Value"] for tag in tags})
        for name, value in own.items():
            found.setdefault(name, set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def sidecar(client: Any, announcement: Announcement, one: dict[str, Any]) -> dict[str, Any]:
    where = f"s3://{announcement.bucket}/{one['Key']}"
    if one["Size"] > largest_sidecar:
        raise Refused(f"{where} has {one['Size']} bytes, allowed are {largest_sidecar}")
    body = client.get_object(
        Bucket=announcement.bucket, Key=one["Key"], VersionId=one["VersionId"]
    )["Body"].read()
    try:
        values = parsed(body)
        json.dumps(values, ensure_ascii=False).encode()  # half a surrogate pair: quilt3 would fail
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where} is not JSON ({error}): write it again") from error
    if not isinstance(values, dict):
        raise Refused(f"{where} is no JSON object: write it again, as fields with values")
    return values


def missing(metadata: Metadata, schema: Any) -> list[str]:
    """What the schema requires and nobody gave."""
    required = schema.get("required", []) if isinstance(schema, dict) else []
    return [name for name in required if name not in metadata.values]
