"""Packages that are not what the workflow asks for: a revision elsewhere, with the reason, and people told."""

from dataclasses import dataclass
from typing import Any

import quilt3

from . import documents
from .announcement import Announcement
from .metadata import Metadata
from .notices import Notices, Outcome
from .outcomes import Refused
from .registry import Registry
from .settings import Settings
from .state import Lease, State


@dataclass(frozen=True)
class Quarantine:
    settings: Settings
    s3: Any
    state: State
    notices: Notices

    def put(
        self,
        announcement: Announcement,
        name: str,
        package: quilt3.Package,
        metadata: Metadata,
        trouble: str,
        lease: Lease,
    ) -> Outcome:
        """Raises Refused where there is no quarantine."""
        settings = self.settings
        bucket = settings.quarantine_bucket_name
        if not bucket:
            raise Refused(f"{name} is not what the workflow asks for: {trouble}")
        keys = [logical_key for logical_key, _ in package.walk()]
        texts = documents.documents_for(settings, announcement, name, metadata, keys, trouble)
        readme = {file: text for file, text in texts.items() if file == "README.md"}
        documents.add(self.s3, package, bucket, readme)
        message = f"Quarantined by EDP from {announcement.place}"
        # What is not right is taken as it is.
        registry = Registry(self.s3, bucket, has_workflows=False)
        top_hash = registry.put(
            package,
            name,
            message,
            ...,
            registry.latest(name),
            lambda new: self.state.publish(lease, new),
        )
        # A run before this one may have put it, and ended before it copied or told.
        is_new = registry.is_new or top_hash == lease.publishing
        if is_new and settings.is_quarantine_copied:
            is_free = Registry(self.s3, bucket).get_workflow_config() is None
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
        if is_new:
            says = (
                f"The files of {announcement.place} are not what the workflow"
                f" {settings.workflow_name or 'of the registry'} asks for. They are the package {name} in"
                f" {bucket} instead.\n\n{trouble}"
            )
            self.notices.tell(f"Package {name} is in quarantine", says, outcome)
        self.notices.put(outcome)
        return outcome
