"""What a package is made of: every file of the prefix, hostile names and all, and nothing else."""

import pytest
from botocore.awsrequest import AWSRequest
from packager.content import is_wanted
from packager.outcomes import Refused

prefix, name = "inst/exp/", "inst/exp"
ours = [".quiltignore", "README.md"]


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        ("in?x/exp/", "in-x/exp"),
        ("in#x/exp/", "in-x/exp"),
        ("in%20x/exp/", "in-20x/exp"),
        ("in+x/exp 1/", "in-x/exp-1"),
        ("é/日本/", "é/日本"),
        ("a//b/", "a/b"),
        ("inst/", "package/inst"),
        ("a/b/c.d/", "a_b/c-d"),
    ],
)
def test_whatever_the_prefix_is_called(world, folder, named):
    world.write(f"{folder}f?#%20 +é", "unrelated/x")
    outcome = world.packager(bucket_prefix_depth=1).package(world.announced(folder, 1))
    assert outcome.name == named
    package = world.browse(named)
    assert package["f?#%20 +é"].get_bytes() == f"content of {folder}f?#%20 +é".encode()
    assert world.keys(named) == sorted([*ours, "f?#%20 +é"])


def test_what_file_managers_leave_behind_is_left_out(world):
    junk = [".DS_Store", "run/._a", ".Trashes/x/y", "run/.TemporaryItems/t"]
    world.write(*(prefix + key for key in [*junk, "Icons", "run/a"]))
    world.packager().package(world.announced(prefix, 1))
    assert world.keys(name) == sorted([*ours, "Icons", "run/a"])
    assert not is_wanted({"Key": prefix + "Icon\r"}, prefix)  # a key that moto cannot list


def test_nothing_is_no_package(world):
    world.write(prefix + "a", prefix + ".DS_Store")
    world.s3.delete_object(Bucket=world.bucket, Key=prefix + "a")
    with pytest.raises(Refused, match="there is no file in s3://"):
        world.packager().package(world.announced(prefix, 1))
    assert world.manifests() == 0


def test_placeholders_of_folders_are_no_files(world):
    world.write(prefix, prefix + "run/", body=b"")
    world.write(prefix + "run/a")
    world.packager().package(world.announced(prefix, 1))
    assert world.keys(name) == [*ours, "run/a"]


@pytest.mark.parametrize(
    "keys", [("a", "a/b"), ("run/a", "run/a/b/c"), ("a//b",), ("./a",), ("run/../a",)]
)
def test_a_key_that_no_package_can_have_is_named(world, keys):
    world.write(*(prefix + key for key in keys))
    with pytest.raises(Refused) as refused:
        world.packager().package(world.announced(prefix, 1))
    assert any(repr(prefix + key) in str(refused.value) for key in keys)
    assert "copy" in str(refused.value)


@pytest.mark.parametrize("shallow", ["", "inst/"])
def test_prefixes_above_the_depth_are_skipped_unless_wanted(world, shallow):
    world.write(f"{shallow}a.txt", "inst/exp/b", ".quilt/packages/none")
    assert world.packager().package(world.announced(shallow, 1)) is None
    packager = world.packager(is_shallow_packaged=True)
    outcome = packager.package(world.announced(shallow, 1))
    assert "a.txt" in world.keys(outcome.name)
    assert "exp/b" not in world.keys(outcome.name)


def test_the_root_of_a_bucket_without_depth(world):
    world.write("a.txt", "inst/exp/b")
    packager = world.packager(is_shallow_packaged=True, bucket_prefix_depth=0)
    packager.package(world.announced("", 1))
    world.now += 3600
    world.write("c")
    packager.package(world.announced("", 2))
    assert world.keys("package/null") == [*ours, "a.txt", "c", "inst/exp/b"]


def test_a_name_by_a_template(world):
    world.write("p 1/assay/run-7/a")
    packager = world.packager(
        path_template="{project}/{assay}/run-{run}",
        package_name_template="{project}/{assay}-{run}",
        bucket_prefix_depth=3,
    )
    assert packager.package(world.announced("p 1/assay/run-7/", 1)).name == "p-1/assay-7"
    with pytest.raises(Refused, match="is not like the path template"):
        packager.package(world.announced("p/assay/7/", 1))


def test_a_name_that_is_too_long_for_a_key(world):
    with pytest.raises(Refused, match="the package's name has 1001 bytes, allowed are 991"):
        world.packager().package(world.announced(f"{'a' * 500}/{'b' * 500}/", 1))


def test_the_same_files_are_the_same_package_on_another_day(world):
    world.write("inst/exp/a", "inst/exp/b.png")
    first = world.packager(summarize=("*.png",)).package(world.announced(prefix, 1))
    assert world.browse(name)["quilt_summarize.json"].get_as_json() == ["README.md", "b.png"]
    world.s3.put_object(Bucket=world.bucket, Key="inst/exp/a", Body=b"content of inst/exp/a")
    world.now += 24 * 3600
    again = world.packager(summarize=("*.png",)).package(world.announced(prefix, 2))
    assert (again.kind, again.top_hash) == ("package-unchanged", first.top_hash)


def test_documents_start_no_batch_and_give_way_to_the_users(world):
    world.write("inst/exp/README.md", body=b"# Mine")
    world.packager().package(world.announced(prefix, 1))
    assert world.browse(name)["README.md"].get_bytes() == b"# Mine"
    listed = world.s3.list_objects_v2(Bucket=world.bucket)["Contents"]
    outside = [one["Key"] for one in listed if not one["Key"].startswith(".quilt/")]
    assert outside == ["inst/exp/README.md"]


def test_folders_that_are_called_like_documents(world):
    world.write("inst/exp/README.md/a", "inst/exp/.quiltignore/b")
    world.workflow({"type": "object"})
    packager = world.packager()
    packager.package(world.announced(prefix, 1))
    assert world.keys(name) == [".quiltignore/b", "README.md/a"]
    world.workflow({"required": ["study"]})
    world.now += 3600
    assert packager.package(world.announced(prefix, 2)).kind == "package-quarantined"


def test_unchanged_files_are_not_read_again(world):
    world.write(*(f"inst/exp/{number}" for number in range(10)))
    packager = world.packager()
    packager.package(world.announced(prefix, 1))
    world.write("inst/exp/new")
    world.now += 3600
    with read_keys() as read:
        packager.package(world.announced(prefix, 2))
    assert [key for key in read if not key.startswith(".quilt/")] == ["inst/exp/new"]
    assert len(world.keys(name)) == 11 + len(ours)


def test_files_of_a_bucket_without_versions_are_read_again(world):
    world.bucket = f"plain-{world.bucket}"
    world.s3.create_bucket(
        Bucket=world.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    world.write("inst/exp/a", body=b"old")
    world.packager().package(world.announced(prefix, 1))
    world.write("inst/exp/a", body=b"new")
    world.now += 3600
    outcome = world.packager().package(world.announced(prefix, 2))
    assert outcome.kind == "package-created"


class read_keys:  # noqa: N801
    """The keys of every GetObject of quilt3 and of ours, meanwhile."""

    def __enter__(self) -> list[str]:
        import botocore.httpsession

        self._class = botocore.httpsession.URLLib3Session
        self._send = self._class.send
        keys: list[str] = []
        send = self._send

        def noted(session, request: AWSRequest):
            path = request.url.split("?")[0].split("/", 4)
            is_list = len(path) < 5 or path[4] == ""
            if request.method == "GET" and path[3].startswith(("data-", "plain-")) and not is_list:
                keys.append(path[4])
            return send(session, request)

        self._class.send = noted
        return keys

    def __exit__(self, *_):
        self._class.send = self._send
