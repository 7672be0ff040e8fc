"""Packages that are not what the workflow asks for: a revision elsewhere, with the reason, and people told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import quilt3

from . import documents
from .announcement import Announcement
from .metadata import Metadata
from .notices import Outcome
from .outcomes import Refused
from .registry import Registry
from .state import Lease

if TYPE_CHECKING:
    from .packaging import Packager


def quarantine(
    packager: Packager,
    announcement: Announcement,
    name: str,
    package: quilt3.Package,
    metadata: Metadata,
    trouble: str,
    lease: Lease,
) -> Outcome:
    """Raises Refused where there is no quarantine."""
    settings = packager.settings
    bucket = settings.quarantine_bucket_name
    if not bucket:
        raise Refused(f"{name} is not what the workflow asks for: {trouble}")
    keys = [logical_key for logical_key, _ in package.walk()]
    texts = documents.documents_for(settings, announcement, name, metadata, keys, trouble)
    documents.add(packager.s3, package, bucket, {"README.md": texts["README.md"]})
    message = f"Quarantined by EDP from {announcement.place}"
    # What is not right is taken as it is.
    registry = Registry(packager.s3, bucket, has_workflows=False)
    top_hash = registry.put(
        package,
        name,
        message,
        ...,
        registry.latest(name),
        lambda new: packager.state.publish(lease, new),
    )
    if registry.is_new and settings.is_quarantine_copied:
        is_free = Registry(packager.s3, bucket).get_workflow_config() is None
        package.push(
            name,
            registry=f"s3://{bucket}",
            message=message,
            selector_fn=quilt3.Package.selector_fn_copy_all,
            workflow=... if is_free else None,
            force=True,
        )
    details = {"message": trouble, "registry": bucket}
    outcome = Outcome("package-quarantined", announcement, name, top_hash, details)
    if registry.is_new or top_hash == lease.publishing:
        says = (
            f"The files of {announcement.place} are not what the workflow"
            f" {settings.workflow_name or 'of the registry'} asks for. They are the package {name} in"
            f" {bucket} instead.\n\n{trouble}"
        )
        packager.notices.tell(f"Package {name} is in quarantine", says, outcome)
    packager.notices.put(outcome)
    return outcome
