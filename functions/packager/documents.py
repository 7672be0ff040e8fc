"""The files that a package gets beside the data, the same on every day, where they start no batch."""

import hashlib
import json
from fnmatch import fnmatchcase
from typing import Any

import quilt3
from botocore.exceptions import ClientError

from .announcement import Announcement, uri_of
from .content import junk
from .metadata import Metadata
from .settings import Settings

most_previews = 10


def documents_for(
    settings: Settings,
    announcement: Announcement,
    name: str,
    metadata: Metadata,
    keys: list[str],
    trouble: str = "",
) -> dict[str, str]:
    """Texts by the names that they have in the package; what the data has itself is left out."""
    documents = {
        "README.md": readme(settings, announcement, name, metadata, trouble),
        ".quiltignore": "".join(f"{form}\n" for form in junk),
    }
    shown = [
        key for key in sorted(keys) if any(fnmatchcase(key, form) for form in settings.summarize)
    ]
    if settings.summarize:
        previews = ["README.md", *shown[:most_previews]]
        documents["quilt_summarize.json"] = json.dumps(previews, indent=2) + "\n"
    # In quarantine, the reason is more than what the data says of itself.
    own = {"README.md"} if trouble else set[str]()
    taken = {key for key in keys if key not in own} | {key.split("/")[0] for key in keys if "/" in key}
    return {file: text for file, text in documents.items() if file not in taken}


def readme(
    settings: Settings, announcement: Announcement, name: str, metadata: Metadata, trouble: str
) -> str:
    workflow = f" for the workflow {settings.workflow_name}" if settings.workflow_name else ""
    lines = [f"# {name}", "", f"Made by EDP Monitor of `{announcement.place}`{workflow}."]
    if trouble:
        lines += ["", "It is in quarantine, because it is not what the workflow asks for:", ""]
        lines += [f"    {line}" for line in trouble.splitlines()]
    if metadata.sources:
        lines += ["", "| metadata | value | from |", "| --- | --- | --- |"]
        lines += [
            f"| {cell(field)} | {cell(metadata.values[field])} | {source} |"
            for field, source in sorted(metadata.sources.items())
        ]
    return "\n".join(lines) + "\n"


def cell(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return " ".join(text.split()).replace("|", "\\|")


def add(client: Any, package: quilt3.Package, bucket: str, documents: dict[str, str]) -> None:
    """
    Puts each document under a key of its content's, once, below `.quilt/`, which starts no batch and is
    packaged by nobody.
    """
    for file, text in documents.items():
        content = text.encode(errors="replace")
        digest = hashlib.sha256(content).hexdigest()
        key = f".quilt/edp/{digest}/{file}"
        if not is_there(client, bucket, key):
            client.put_object(Bucket=bucket, Key=key, Body=content)
        package.set(file, uri_of(bucket, key))


def is_there(client: Any, bucket: str, key: str) -> bool:
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return False
        raise
    return True
