"""One announcement: what is below its prefix becomes a revision of a package, or a reason why not."""

import json
from dataclasses import dataclass
from typing import Any

import quilt3
from quilt3.util import QuiltException
from quilt3.workflows import WorkflowValidationError

from . import content, documents, metadata
from .announcement import Announcement
from .naming import package_name, path_tokens, segments_of
from .notices import Notices, Outcome
from .outcomes import Later, Refused
from .quarantine import Quarantine
from .registry import Registry, message_of
from .settings import Settings
from .state import Lease, State

longest_text = 16 * 1024
"""Characters of what an event or a message is told about metadata."""


@dataclass(frozen=True)
class Packager:
    settings: Settings
    s3: Any
    state: State
    notices: Notices

    def package(self, announcement: Announcement) -> Outcome | None:
        """
        None: a prefix above the depth, which is skipped. Raises Covered, Later, Refused, and what AWS
        raises; a failure leaves the prefix to the next run.
        """
        if is_shallow(self.settings, announcement) and not self.settings.is_shallow_packaged:
            return None
        tokens = path_tokens(self.settings.path_template, announcement.prefix)
        name = package_name(self.settings.package_name_template, announcement.prefix, tokens)
        lease = self.state.take(announcement)
        try:
            return self._package(announcement, name, tokens, lease)
        except BaseException:
            self.state.give_up(lease)
            raise

    def _package(
        self, announcement: Announcement, name: str, tokens: dict[str, str], lease: Lease
    ) -> Outcome:
        settings = self.settings
        registry = Registry(self.s3, announcement.bucket)
        latest = registry.latest(name)
        previous = None
        if latest is not None:
            previous = registry.browse(name, latest)
            if message_of(previous) != mark_of(announcement):
                return self._not_ours(announcement, name, latest, previous, lease)

        is_deep = is_whole_tree(settings, announcement)
        objects = content.objects_of(self.s3, announcement, is_deep)
        package = quilt3.Package()
        content.fill(package, announcement, objects, previous)
        schema = registry.metadata_schema(settings.workflow_name)
        meta = metadata.collect(self.s3, settings, announcement, objects, tokens, schema)
        package.set_meta(meta.values)
        keys = [logical_key for logical_key, _ in package.walk()]
        texts = documents.documents_for(settings, announcement, name, meta, keys)
        documents.add(self.s3, package, announcement.bucket, texts)
        try:
            top_hash = registry.put(
                package,
                name,
                mark_of(announcement),
                settings.workflow_name or ...,
                latest,
                lambda new: self.state.publish(lease, new),
            )
        except WorkflowValidationError as error:
            trouble = trouble_of(error, metadata.missing(meta, schema))
            place = Quarantine(settings, self.s3, self.state, self.notices)
            outcome = place.put(announcement, name, package, meta, trouble, lease)
            self.state.done(lease, settings.revision_interval, covers=False)
            return outcome
        except (quilt3.packages.PackageException, Later):
            raise
        except QuiltException as error:
            raise Refused(f"{announcement.bucket} cannot have the package {name}: {error}") from error
        # A run before this one may have put it, and ended before it told.
        is_new = registry.is_new or top_hash == lease.publishing
        kind = "package-created" if is_new else "package-unchanged"
        outcome = Outcome(kind, announcement, name, top_hash, sources_of(meta))
        self.notices.put(outcome)
        rest = settings.revision_interval if is_new else 0
        self.state.done(lease, rest, covers=True)
        return outcome

    def _not_ours(
        self,
        announcement: Announcement,
        name: str,
        latest: str,
        previous: quilt3.Package,
        lease: Lease,
    ) -> Outcome:
        says = (
            f"The newest revision of {name} in {announcement.bucket} was not made of"
            f" {announcement.place}: its message is {message_of(previous)!r}. Nothing was overwritten,"
            " and nothing will be."
        )
        outcome = Outcome("package-not-ours", announcement, name, latest, {"message": says})
        if lease.told != latest:
            self.notices.tell(f"Package {name} is somebody else's", says, outcome)
        self.notices.put(outcome)
        self.state.done(lease, 0, covers=False, told=latest)
        return outcome


def mark_of(announcement: Announcement) -> str:
    """The message of each of our revisions: by it they are known as ours, and of this prefix."""
    return f"Packaged by EDP from {announcement.place}"


def is_shallow(settings: Settings, announcement: Announcement) -> bool:
    depth = len(segments_of(announcement.prefix))
    return depth == 0 or depth < settings.bucket_prefix_depth


def is_whole_tree(settings: Settings, announcement: Announcement) -> bool:
    """Above the depth, what lies deeper belongs to other prefixes."""
    return len(segments_of(announcement.prefix)) >= settings.bucket_prefix_depth


def sources_of(meta: metadata.Metadata) -> dict[str, Any]:
    """Left out where there are so many fields that an event would not take them: 256 KiB."""
    is_small = len(json.dumps(meta.sources)) <= longest_text
    return {"metadataSources": meta.sources} if is_small else {}


def trouble_of(error: WorkflowValidationError, missing: list[str]) -> str:
    says = str(error)[:longest_text]  # it may quote a whole file of metadata
    if not missing:
        return says
    fields = ", ".join(missing)[:longest_text]
    return f"{says}\nNobody gave: {fields}. Put them into {metadata.sidecars[0]} beside the files."
