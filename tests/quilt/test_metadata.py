"""Metadata, from the least to the most particular source, and what a workflow makes of them."""

import json

import pytest
from botocore.exceptions import ClientError
from packager.metadata import typed
from packager.outcomes import Refused

prefix, name = "inst/exp/", "inst/exp"
schema = {
    "type": "object",
    "properties": {"study": {"type": "string"}, "run": {"type": "integer"}},
    "required": ["study", "run"],
    "additionalProperties": False,
}


def test_the_more_particular_source_wins(world):
    world.write("p/7/a", "p/7/b", Metadata={"owner": "ann", "run": "8"})
    world.write("p/7/c", Metadata={"owner": "bob"}, Tagging="lab=x&run=9")
    world.write("p/7/quilt_metadata.json", body=json.dumps({"lab": "y"}).encode())
    packager = world.packager(
        path_template="{project}/{run}",
        metadata_defaults={"project": "none", "site": "here"},
        is_object_metadata_read=True,
    )
    outcome = packager.package(world.announced("p/7/", 1))
    assert world.browse("p/7").meta == {"project": "p", "site": "here", "run": "7", "lab": "y"}
    assert outcome.detail["metadataSources"] == {
        "project": "path",
        "site": "default",
        "run": "path",  # the objects do not agree
        "lab": "quilt_metadata.json",
    }
    readme = world.browse("p/7")["README.md"].get_bytes().decode()
    assert "| lab | y | quilt_metadata.json |" in readme


def test_what_the_path_says_becomes_what_the_workflow_asks_for(world):
    world.workflow(schema)
    world.write("p/7/a")
    world.write("p/7/metadata.json", body=b'{"study": "S"}')
    world.packager(path_template="{project}/{run}").package(world.announced("p/7/", 1))
    assert world.browse("p/7").meta == {"study": "S", "run": 7}  # project is not allowed


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'{"a": "\\ud800"}']
)
def test_a_sidecar_that_is_none(world, body):
    world.write("inst/exp/metadata.json", body=body)
    with pytest.raises(Refused, match=r"inst/exp/metadata.json is no"):
        world.packager().package(world.announced(prefix, 1))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("007", "integer", 7),
        ("1_000", "integer", "1_000"),
        ("1.5", "number", 1.5),
        ("true", "number", "true"),
        ("NaN", "number", "NaN"),
        ("true", "boolean", True),
        ("yes", "boolean", "yes"),
        ("7", "string", "7"),
        ("7", None, "7"),
    ],
)
def test_texts_as_the_types_that_a_schema_asks_for(text, kind, value):
    found = typed(text, {"type": kind})
    assert (found, type(found)) == (value, type(value))


def test_metadata_that_no_event_could_take(world):
    body = json.dumps({f"field {number}": "x" for number in range(5000)}).encode()
    world.write("inst/exp/a")
    world.write("inst/exp/metadata.json", body=body)
    outcome = world.packager().package(world.announced(prefix, 1))
    assert "metadataSources" not in outcome.detail
    world.workflow({"type": "object", "maxProperties": 1})
    world.now += 3600
    outcome = world.packager().package(world.announced(prefix, 2))
    assert outcome.kind == "package-quarantined"
    assert len(outcome.detail["message"]) == 16 * 1024


def test_quarantine_once_for_each_new_revision(world):
    world.workflow(schema)
    world.write("inst/exp/a")
    packager = world.packager(workflow_name="assay")
    for sequence in (1, 2, 2):
        outcome = packager.package(world.announced(prefix, sequence))
        world.now += 3600
        assert outcome.kind == "package-quarantined"
    assert "Nobody gave: study, run." in outcome.detail["message"]
    assert world.manifests() == 0
    assert world.manifests(world.quarantine) == 1
    assert world.mails() == ["Package inst/exp is in quarantine"]
    package = world.browse(name, world.quarantine)
    assert "Nobody gave: study, run." in package["README.md"].get_bytes().decode()
    assert package["a"].physical_key.bucket == world.bucket  # a pointer, no copy

    # The same announcement again, when the folder has what it needs.
    world.write("inst/exp/metadata.json", body=b'{"study": "S", "run": 1}')
    assert packager.package(world.announced(prefix, 2)).kind == "package-created"


def test_a_crash_before_people_are_told_of_a_quarantine(world):
    world.workflow(schema)
    world.write("inst/exp/a")
    packager = world.packager(is_quarantine_copied=True, sns_topic_arn="arn:aws:sns:eu-west-1:1:no")
    with pytest.raises(ClientError, match="NotFound"):
        packager.package(world.announced(prefix, 1))
    world.packager(is_quarantine_copied=True).package(world.announced(prefix, 1))
    assert world.mails() == ["Package inst/exp is in quarantine"]
    assert world.kinds == ["package-quarantined"]
    assert world.manifests(world.quarantine) == 1


def test_quarantine_with_the_data_where_it_is_asked_for(world):
    world.workflow(schema)
    world.write("inst/exp/a")
    world.packager(is_quarantine_copied=True).package(world.announced(prefix, 1))
    package = world.browse(name, world.quarantine)
    assert package["a"].physical_key.bucket == world.quarantine
    assert package["a"].get_bytes() == b"content of inst/exp/a"


@pytest.mark.parametrize(
    ("config", "settings", "says"),
    [
        ({}, {"workflow_name": "none"}, "There is no 'none' workflow"),
        ({"default_workflow": None}, {}, "Workflows config failed validation"),
        ({"schemas": {"other": {"url": "s3://data-1/x"}}}, {}, "There is no 'meta' in schemas"),
        ({"schemas": {"meta": {"url": "s3://data-1/none.json"}}}, {}, "Couldn't load schema"),
    ],
)
def test_a_workflow_that_is_not_configured_is_no_quarantine(world, config, settings, says):
    world.workflow(schema, **config)
    world.write("inst/exp/a")
    with pytest.raises(Refused, match=says):
        world.packager(**settings).package(world.announced(prefix, 1))
    assert world.manifests(world.quarantine) == 0


def test_without_a_quarantine_it_is_refused(world):
    world.workflow(schema)
    world.write("inst/exp/a")
    with pytest.raises(Refused, match="Nobody gave: study, run"):
        world.packager(quarantine_bucket_name="").package(world.announced(prefix, 1))
