"""moto's server as AWS, and a packager over it. One server for all tests, a bucket for each."""

import itertools
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "functions"))

for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
    os.environ.pop(variable, None)  # of whoever runs the tests
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "HOME": "/proc/none",  # as in a Lambda, nothing can be written there
    "QUILT_DISABLE_USAGE_METRICS": "true",
    "QUILT_DISABLE_CACHE": "true",
    "QUILT_MINIMIZE_STDOUT": "true",
}


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The server's address, which every client of this process uses."""
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert server.stderr is not None
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    else:
        pytest.exit(f"moto's server ended before it said its address:\n{''.join(said)}", 1)
    os.environ["AWS_ENDPOINT_URL"] = found[0]
    threading.Thread(target=server.stderr.read, daemon=True).start()  # or its log would fill the pipe
    yield found[0]
    server.terminate()
    server.wait()


@dataclass
class World:
    """A bucket, and everything that the packager needs."""

    bucket: str
    quarantine: str
    table: str
    topic: str
    mailbox: str
    s3: Any
    clients: dict[str, Any]
    settings: Any
    now: float = 1_800_000_000.0
    events: list[dict[str, Any]] = field(default_factory=list)
    is_bus_down: bool = False

    def write(self, *keys: str, body: bytes | None = None, **more: Any) -> None:
        for key in keys:
            text = f"content of {key}".encode() if body is None else body
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=text, **more)

    def packager(self, **settings: Any) -> Any:
        from packager.notices import Notices
        from packager.packaging import Packager
        from packager.state import State

        told = replace(self.settings, **settings)
        state = State(self.clients["dynamodb"], self.table, told.lease, lambda: self.now)
        notices = Notices(self, self.clients["sns"], "bus", told.sns_topic_arn, told.quilt_url)
        return Packager(told, self.s3, state, notices)

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        if self.is_bus_down:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalException"}]}
        self.events += Entries
        return {"FailedEntryCount": 0, "Entries": [{}]}

    @property
    def kinds(self) -> list[str]:
        return [event["DetailType"] for event in self.events]

    def announced(self, prefix: str, sequence: int | None = None, *, database: int = 0) -> Any:
        """The batch of a number; a later `database` has counted anew."""
        from packager.announcement import Announcement

        if sequence is None:
            return Announcement(self.bucket, prefix)
        batch_id = f"0197a1b2-{database:04x}-7000-8000-{sequence:012x}"
        return Announcement(self.bucket, prefix, sequence, batch_id)

    def revisions(self, name: str, bucket: str | None = None) -> list[str]:
        """Pointers of a package's revisions, `latest` left out."""
        found = self.s3.list_objects_v2(
            Bucket=bucket or self.bucket, Prefix=f".quilt/named_packages/{name}/"
        )
        names = [one["Key"].rpartition("/")[2] for one in found.get("Contents", [])]
        return [one for one in names if one != "latest"]

    def manifests(self, bucket: str | None = None) -> int:
        """How many revisions there are of all packages, those of the same second too."""
        found = self.s3.list_objects_v2(Bucket=bucket or self.bucket, Prefix=".quilt/packages/")
        return int(found["KeyCount"])

    def browse(self, name: str, bucket: str | None = None) -> Any:
        import quilt3

        return quilt3.Package.browse(name, registry=f"s3://{bucket or self.bucket}")

    def keys(self, name: str) -> list[str]:
        return sorted(key for key, _ in self.browse(name).walk())

    def mails(self) -> list[str]:
        """Subjects of what was published since the last look."""
        sqs = self.clients["sqs"]
        found = sqs.receive_message(QueueUrl=self.mailbox, MaxNumberOfMessages=10)
        messages = found.get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=self.mailbox, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["Subject"] for message in messages]

    def workflow(self, schema: dict[str, Any] | None, **config: Any) -> None:
        """The registry's workflow `assay`, its default."""
        self.s3.put_object(Bucket=self.bucket, Key="schema.json", Body=json.dumps(schema))
        text = {
            "version": "1",
            "default_workflow": "assay",
            "workflows": {"assay": {"name": "Assay", "metadata_schema": "meta"}},
            "schemas": {"meta": {"url": f"s3://{self.bucket}/schema.json"}},
            **config,
        }
        self.s3.put_object(
            Bucket=self.bucket, Key=".quilt/workflows/config.yml", Body=json.dumps(text)
        )


numbers = itertools.count(1)


@pytest.fixture
def world(aws: str) -> Iterator[World]:
    import boto3

    from packager.settings import Settings

    number = next(numbers)
    clients = {name: boto3.client(name) for name in ("s3", "dynamodb", "sns", "sqs")}
    s3, sqs, sns = clients["s3"], clients["sqs"], clients["sns"]
    bucket, quarantine, table = f"data-{number}", f"quarantine-{number}", f"state-{number}"
    for one in (bucket, quarantine):
        s3.create_bucket(
            Bucket=one, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        s3.put_bucket_versioning(Bucket=one, VersioningConfiguration={"Status": "Enabled"})
    clients["dynamodb"].create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "prefix", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "prefix", "AttributeType": "S"}],
    )
    topic = sns.create_topic(Name=f"people-{number}")["TopicArn"]
    mailbox = sqs.create_queue(QueueName=f"people-{number}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=mailbox, AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"]
    )
    settings = Settings(
        state_table_name=table,
        event_bus_name="bus",
        queue_url="",
        dead_letter_queue_url="",
        quarantine_bucket_name=quarantine,
        sns_topic_arn=topic,
        quilt_url="https://quilt.example.com",
    )
    yield World(bucket, quarantine, table, topic, mailbox, s3, clients, settings)
