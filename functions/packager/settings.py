"""What the Lambda is told, from its environment: read once, at load; what is wrong is named."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .naming import check_templates


class WrongSetting(Exception):
    """The environment is not what the component writes."""


@dataclass(frozen=True)
class Settings:
    """Names as in the environment; times in seconds."""

    state_table_name: str
    event_bus_name: str
    queue_url: str
    dead_letter_queue_url: str
    bucket_prefix_depth: int = 2
    """Segments of a prefix; one with fewer is skipped, unless `is_shallow_packaged`."""
    is_shallow_packaged: bool = False
    path_template: str = ""
    """Such as `{project}/{run}`: what the segments of a prefix are called; empty: nothing."""
    package_name_template: str = ""
    """Such as `{project}/{run}`; empty: the packaging engine's rule."""
    workflow_name: str = ""
    """Empty: the registry's default workflow."""
    metadata_defaults: Mapping[str, Any] = field(default_factory=dict)
    is_object_metadata_read: bool = False
    summarize: tuple[str, ...] = ()
    """Patterns of the files that the catalog previews; none: no quilt_summarize.json."""
    quarantine_bucket_name: str = ""
    is_quarantine_copied: bool = False
    sns_topic_arn: str = ""
    quilt_url: str = ""
    revision_interval: int = 60
    """At least so long from one revision of a prefix to the next."""
    lease: int = 960
    """Longer than a run can be: the Lambda's timeout and a minute."""


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Raises WrongSetting, with the variable's name and value."""

    def text(name: str) -> str:
        return environment.get(name, "")

    def required(name: str) -> str:
        if not text(name):
            raise WrongSetting(f"the environment's {name} is missing: deploy the packager again")
        return text(name)

    def whole(name: str, otherwise: int) -> int:
        value = text(name) or str(otherwise)
        if not re.fullmatch(r"[0-9]{1,6}", value):
            raise WrongSetting(
                f"the environment's {name} is {value!r}, allowed is a whole number from 0 to 999999"
            )
        return int(value)

    def flag(name: str) -> bool:
        value = text(name) or "false"
        if value not in ("true", "false"):
            raise WrongSetting(f"the environment's {name} is {value!r}, allowed is true or false")
        return value == "true"

    def parsed(name: str, otherwise: Any, kind: type) -> Any:
        try:
            value = json.loads(text(name) or json.dumps(otherwise))
        except ValueError:
            value = None
        if not isinstance(value, kind):
            raise WrongSetting(f"the environment's {name} is {text(name)!r}, allowed is JSON")
        return value

    try:
        check_templates(text("PATH_TEMPLATE"), text("PACKAGE_NAME_TEMPLATE"))
    except ValueError as error:
        raise WrongSetting(f"the environment's {error}") from error
    return Settings(
        state_table_name=required("STATE_TABLE_NAME"),
        event_bus_name=required("EVENT_BUS_NAME"),
        queue_url=required("QUEUE_URL"),
        dead_letter_queue_url=required("DEAD_LETTER_QUEUE_URL"),
        bucket_prefix_depth=whole("BUCKET_PREFIX_DEPTH", 2),
        is_shallow_packaged=flag("PACKAGE_SHALLOW_PREFIXES"),
        path_template=text("PATH_TEMPLATE"),
        package_name_template=text("PACKAGE_NAME_TEMPLATE"),
        workflow_name=text("WORKFLOW_NAME"),
        metadata_defaults=parsed("METADATA_DEFAULTS", {}, dict),
        is_object_metadata_read=flag("OBJECT_METADATA"),
        summarize=tuple(parsed("SUMMARIZE", [], list)),
        quarantine_bucket_name=text("QUARANTINE_BUCKET_NAME"),
        is_quarantine_copied=flag("QUARANTINE_COPIES"),
        sns_topic_arn=text("SNS_TOPIC_ARN"),
        quilt_url=text("QUILT_URL").rstrip("/"),
        revision_interval=whole("REVISION_INTERVAL", 60),
        lease=whole("LEASE", 960),
    )
