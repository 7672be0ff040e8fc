"""The whole way: files, the stack's own announcement of them, a package."""

import json
import os
import subprocess

from conftest import root

bucket, prefix = "edp-monitor-dev", "inst/exp/"  # the bucket of the stack dev
keys = [f"{prefix}{number:02}.dat" for number in range(24)]


def test_an_upload_of_24_files_ends_as_a_package(world, tmp_path):
    world.bucket = bucket
    world.s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    world.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    world.write(*keys)
    file = tmp_path / "announced.json"
    node = os.environ.get("NODE", "node")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    subprocess.run(
        [node, "--import", "tsx", "tests/quilt/announce.ts", str(file), prefix, *keys],
        cwd=root,
        check=True,
        env=ours | {"HOME": str(tmp_path)},
    )

    from packager.announcement import announcement_in

    first, second = (announcement_in(json.dumps(one)) for one in json.loads(file.read_text()))
    assert (first.place, first.sequence, second.sequence) == (f"s3://{bucket}/{prefix}", 1, 2)
    outcome = world.packager().package(first)
    package = world.browse("inst/exp")
    assert (outcome.kind, outcome.top_hash) == ("package-created", package.top_hash)
    for key in keys:
        assert package[key.removeprefix(prefix)].get_bytes() == f"content of {key}".encode()
    print(f"inst/exp@{package.top_hash}")

    world.now += 3600
    again = world.packager().package(second)
    assert (again.kind, again.top_hash) == ("package-unchanged", package.top_hash)
    assert world.manifests() == 1
