"""The Lambda: a message of the queue is an announcement."""

import os
from typing import Any

# Before quilt3 is loaded: it asks nothing beyond S3, and keeps nothing on a disk that is not ours.
os.environ.update(
    QUILT_DISABLE_USAGE_METRICS="true", QUILT_DISABLE_CACHE="true", QUILT_MINIMIZE_STDOUT="true"
)

import boto3  # noqa: E402
from aws_lambda_powertools import Logger  # noqa: E402

from .announcement import announcement_in  # noqa: E402
from .notices import Notices  # noqa: E402
from .outcomes import Covered, Later, Refused  # noqa: E402
from .packaging import Packager  # noqa: E402
from .queue import Message, Queue  # noqa: E402
from .settings import settings_from  # noqa: E402
from .state import State  # noqa: E402

logger = Logger(service="packager")
settings = settings_from(os.environ)
queue = Queue(boto3.client("sqs"), settings.queue_url, settings.dead_letter_queue_url)
packager = Packager(
    settings,
    boto3.client("s3"),
    State(boto3.client("dynamodb"), settings.state_table_name, settings.lease),
    Notices(
        boto3.client("events"),
        boto3.client("sns"),
        settings.event_bus_name,
        settings.sns_topic_arn,
        settings.quilt_url,
    ),
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    messages = [Message.of(record) for record in event["Records"]]
    back = [message for message in messages if not is_settled(message)]
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in back]}


def is_settled(message: Message) -> bool:
    """False: it goes back to the queue."""
    about: dict[str, Any] = {"messageId": message.id}
    try:
        announcement = announcement_in(message.body)
        about |= {"bucket": announcement.bucket, "prefix": announcement.prefix}
        about |= {"sequence": announcement.sequence}
        outcome = packager.package(announcement)
        if outcome is None:
            logger.info("skipped: it is above the depth of prefixes", extra=about)
        else:
            logger.info(outcome.kind, extra=about | outcome.detail)
        return True
    except Covered:
        logger.info("already packaged", extra=about)
        return True
    except Refused as error:
        logger.error("refused", extra=about | {"reason": str(error)})
        queue.refuse(message, str(error))
        return True
    except Later as error:
        logger.info("later", extra=about | {"reason": str(error), "seconds": error.seconds})
        queue.delay(message, error.seconds)
        return False
    except Exception as error:
        logger.exception("failed", extra=about | {"reason": str(error)})
        queue.delay(message, message.patience)
        return False
