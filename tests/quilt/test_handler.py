"""The Lambda as it is called: what stays, what comes back and when, what goes to the dead letters."""

import importlib
import json
import sys

import pytest


@pytest.fixture
def lambda_of(world, monkeypatch, caplog):
    sqs = world.clients["sqs"]
    queue = sqs.create_queue(QueueName=f"queue-{world.bucket}")["QueueUrl"]
    dead = sqs.create_queue(QueueName=f"dead-{world.bucket}")["QueueUrl"]
    for variable, value in {
        "STATE_TABLE_NAME": world.table,
        "EVENT_BUS_NAME": "default",
        "QUEUE_URL": queue,
        "DEAD_LETTER_QUEUE_URL": dead,
        "REVISION_INTERVAL": "0",
    }.items():
        monkeypatch.setenv(variable, value)
    sys.modules.pop("packager.handler", None)
    caplog.set_level("INFO")
    module = importlib.import_module("packager.handler")

    def invoke(*bodies):
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            sqs.send_message(QueueUrl=queue, MessageBody=text)
        found = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=5400
        )
        records = [
            {
                "messageId": one["MessageId"],
                "receiptHandle": one["ReceiptHandle"],
                "body": one["Body"],
                "attributes": one["Attributes"],
            }
            for one in found["Messages"]
        ]
        failed = module.handler({"Records": records}, None)["batchItemFailures"]
        back = {one["itemIdentifier"] for one in failed}
        letters = sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"])
        return (
            [record["body"] for record in records if record["messageId"] in back],
            [
                (one["Body"], one["MessageAttributes"]["reason"]["StringValue"])
                for one in letters.get("Messages", [])
            ],
        )

    return module, invoke


def event(world, prefix, **more):
    return {"detail": {"version": "0.1", "bucket": world.bucket, "prefix": prefix, **more}}


def test_an_announcement_becomes_a_package_and_a_line(world, lambda_of, caplog):
    world.write("inst/exp/a")
    _, invoke = lambda_of
    batch = {"batchId": "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b", "sequence": 1}
    assert invoke(event(world, "inst/exp/", **batch)) == ([], [])
    line = caplog.records[-1]
    assert line.getMessage() == "package-created"
    assert line.topHash == world.browse("inst/exp").top_hash
    assert invoke(event(world, "inst/exp/", **batch)) == ([], [])
    assert caplog.records[-1].getMessage() == "already packaged"


def test_what_cannot_be_packaged_is_a_dead_letter_with_its_reason(world, lambda_of):
    world.write("inst/exp/a", "inst/exp/a/b", "inst/good/a")
    _, invoke = lambda_of
    back, letters = invoke(event(world, "inst/exp/"), event(world, "inst/good/"))
    assert back == []
    assert json.loads(letters[0][0])["detail"]["prefix"] == "inst/exp/"
    assert "a package cannot have the key 'inst/exp/a" in letters[0][1]
    assert "a" in world.keys("inst/good")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '{"detail": 1}',
        '{"detail": {"bucket": "data", "prefix": "\\ud800/"}}',
        '{"detail": {"bucket": "da/ta", "prefix": "a/"}}',
        '{"detail": {"bucket": "data", "prefix": "no-slash"}}',
        '{"detail": {"bucket": 1, "prefix": ""}}',
        "[" * 9999,
    ],
)
def test_a_message_that_is_no_announcement_is_a_dead_letter(world, lambda_of, body):
    _, invoke = lambda_of
    back, letters = invoke(body or " ")
    assert (back, len(letters)) == ([], 1)


def test_what_fails_comes_back_and_its_neighbours_do_not(world, lambda_of):
    world.write("inst/good/a")
    module, invoke = lambda_of
    delayed = []
    module.queue.delay = lambda message, seconds: delayed.append(seconds)
    missing = {"detail": {"bucket": "no-such-bucket", "prefix": "inst/exp/"}}
    back, letters = invoke(missing, event(world, "inst/good/"))
    assert [json.loads(body) for body in back] == [missing]
    assert (letters, delayed) == ([], [30])


def test_a_prefix_that_is_worked_on_comes_back_when_the_lease_ends(world, lambda_of):
    module, invoke = lambda_of
    announcement = module.announcement_in(json.dumps(event(world, "inst/exp/")))
    module.packager.state.take(announcement)
    delayed = []
    module.queue.delay = lambda message, seconds: delayed.append(seconds)
    back, letters = invoke(event(world, "inst/exp/"))
    assert (len(back), letters) == (1, [])
    assert 900 < delayed[0] <= 961


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("STATE_TABLE_NAME", "", "STATE_TABLE_NAME is missing"),
        ("LEASE", "1h", "LEASE is '1h', allowed is a whole number from 0 to 999999"),
        ("OBJECT_METADATA", "yes", "OBJECT_METADATA is 'yes', allowed is true or false"),
        ("PATH_TEMPLATE", "{a}/{a}", "PATH_TEMPLATE is '{a}/{a}': redefinition"),
        ("PACKAGE_NAME_TEMPLATE", "{a}/b", "whose {a} is not in PATH_TEMPLATE"),
        ("METADATA_DEFAULTS", "[]", r"METADATA_DEFAULTS is '\[\]', allowed is JSON"),
    ],
)
def test_a_wrong_environment_is_named(world, lambda_of, monkeypatch, variable, value, says):
    from packager.settings import WrongSetting

    monkeypatch.setenv(variable, value)
    sys.modules.pop("packager.handler", None)
    # The class of the module that the handler imports: it is the same one.
    with pytest.raises(WrongSetting, match=says):
        importlib.import_module("packager.handler")
