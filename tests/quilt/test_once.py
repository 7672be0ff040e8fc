"""At most one revision of one announcement, whatever comes twice, late, together or from somebody else."""

import pytest
import quilt3
from packager.notices import NotPut
from packager.outcomes import Covered, Later, LostLease
from packager.packaging import mark_of

prefix, name = "inst/exp/", "inst/exp"


def test_a_package_of_everything_below_the_prefix(world):
    world.write(*(f"inst/exp/run/{number:02}.dat" for number in range(24)), "inst/other/x")
    outcome = world.packager().package(world.announced(prefix, 1))
    package = world.browse(name)
    assert outcome.kind == "package-created"
    assert package.top_hash == outcome.top_hash
    assert world.keys(name) == sorted(
        [".quiltignore", "README.md", *(f"run/{number:02}.dat" for number in range(24))]
    )
    assert package["run/07.dat"].get_bytes() == b"content of inst/exp/run/07.dat"


def test_the_same_announcement_twice(world):
    world.write("inst/exp/a")
    world.packager().package(world.announced(prefix, 1))
    world.now += 3600
    with pytest.raises(Covered):
        world.packager().package(world.announced(prefix, 1))
    assert len(world.revisions(name)) == 1


def test_a_batch_that_changed_nothing(world):
    world.write("inst/exp/a")
    first = world.packager().package(world.announced(prefix, 1))
    world.now += 3600
    again = world.packager().package(world.announced(prefix, 2))
    assert (again.kind, again.top_hash) == ("package-unchanged", first.top_hash)
    assert world.manifests() == 1


def test_a_batch_before_one_that_is_packaged(world):
    world.write("inst/exp/a")
    world.packager().package(world.announced(prefix, 4))
    world.now += 3600
    with pytest.raises(Covered):
        world.packager().package(world.announced(prefix, 3))


def test_a_new_database_that_counts_anew(world):
    world.write("inst/exp/a")
    world.packager().package(world.announced(prefix, 40))
    world.write("inst/exp/b")
    world.now += 3600
    outcome = world.packager().package(world.announced(prefix, 1, database=1))
    assert outcome.kind == "package-created"
    world.now += 3600
    with pytest.raises(Covered):
        world.packager().package(world.announced(prefix, 1, database=1))


def test_events_of_quilts_own_service_without_a_number(world):
    world.write("inst/exp/a")
    kinds = [world.packager().package(world.announced(prefix)).kind]
    world.now += 3600
    kinds.append(world.packager().package(world.announced(prefix)).kind)
    world.write("inst/exp/b")
    world.now += 3600
    kinds.append(world.packager().package(world.announced(prefix)).kind)
    assert kinds == ["package-created", "package-unchanged", "package-created"]
    assert world.manifests() == 2


def test_two_runs_at_the_same_time(world):
    world.write("inst/exp/a")
    packager = world.packager()
    lease = packager.state.take(world.announced(prefix, 1))
    with pytest.raises(Later, match="is worked on") as later:
        packager.package(world.announced(prefix, 2))
    assert later.value.seconds == packager.settings.lease + 1
    packager.state.give_up(lease)
    assert packager.package(world.announced(prefix, 2)).kind == "package-created"


def test_a_run_that_outlives_its_lease_publishes_nothing(world):
    world.write("inst/exp/a")
    slow, quick = world.packager(), world.packager()
    publish = slow.state.publish

    def late(lease, top_hash):
        world.now += slow.settings.lease + 1
        quick.package(world.announced(prefix, 2))
        publish(lease, top_hash)

    object.__setattr__(slow.state, "publish", late)
    with pytest.raises(LostLease):
        slow.package(world.announced(prefix, 1))
    assert world.kinds == ["package-created"]
    world.now += 3600
    with pytest.raises(Covered):
        quick.package(world.announced(prefix, 1))


@pytest.mark.parametrize("sequence", [2, None])
def test_a_persons_revision_is_never_overwritten(world, sequence):
    world.write("inst/exp/a")
    packager = world.packager()
    packager.package(world.announced(prefix, 1))
    package = world.browse(name)
    package.set_meta({"checked": "by hand"})
    package.push(name, registry=f"s3://{world.bucket}", message="Curated")
    theirs = world.browse(name).top_hash
    for _ in range(2):
        world.write("inst/exp/b")
        world.now += 3600
        outcome = packager.package(world.announced(prefix, sequence))
        assert (outcome.kind, outcome.top_hash) == ("package-not-ours", theirs)
    assert world.browse(name).top_hash == theirs
    assert world.mails() == ["Package inst/exp is somebody else's"]


def test_a_person_who_is_faster(world):
    world.write("inst/exp/a")
    packager = world.packager()
    publish = packager.state.publish

    def meanwhile(lease, top_hash):
        publish(lease, top_hash)
        quilt3.Package().push(name, registry=f"s3://{world.bucket}", message="Mine")

    object.__setattr__(packager.state, "publish", meanwhile)
    with pytest.raises(Later, match="somebody has put a revision"):
        packager.package(world.announced(prefix, 1))
    assert world.keys(name) == []


def test_two_prefixes_of_one_name(world):
    world.write("r?/x/a", "r!/x/b")
    packager = world.packager()
    assert packager.package(world.announced("r?/x/", 1)).name == "r-/x"
    outcome = packager.package(world.announced("r!/x/", 1))
    assert outcome.kind == "package-not-ours"
    assert "a" in world.keys("r-/x") and "b" not in world.keys("r-/x")


def test_a_crash_between_the_revision_and_the_word_of_it(world):
    world.write("inst/exp/a")
    packager = world.packager()
    world.is_bus_down = True
    with pytest.raises(NotPut):
        packager.package(world.announced(prefix, 1))
    world.is_bus_down = False
    outcome = packager.package(world.announced(prefix, 1))
    assert outcome.kind == "package-created"
    assert world.kinds == ["package-created"]
    assert world.manifests() == 1


def test_a_table_that_was_lost(world):
    world.write("inst/exp/a")
    world.packager().package(world.announced(prefix, 1))
    world.clients["dynamodb"].delete_item(
        TableName=world.table, Key={"prefix": {"S": f"s3://{world.bucket}/{prefix}"}}
    )
    world.now += 3600
    assert world.packager().package(world.announced(prefix, 1)).kind == "package-unchanged"


def test_a_thousand_files_at_a_count_of_twenty(world):
    """Fifty announcements within a minute: two revisions, the second with everything."""
    packager = world.packager()
    waiting, made = [], []
    for sequence in range(1, 51):
        world.write(*(f"inst/exp/{sequence:02}-{number:02}" for number in range(20)))
        world.now += 1
        waiting.append(sequence)
        waiting = try_all(packager, world, waiting, made)
    while waiting:
        world.now += 30
        waiting = try_all(packager, world, waiting, made)
    assert made == ["package-created", "package-created"]
    assert len(world.keys(name)) == 1000 + 2


def try_all(packager, world, waiting, made):
    left = []
    for sequence in waiting:
        try:
            made.append(packager.package(world.announced(prefix, sequence)).kind)
        except Later:
            left.append(sequence)
        except Covered:
            pass
    return left


def test_the_mark_is_the_prefix(world):
    assert mark_of(world.announced(prefix)) == f"Packaged by EDP from s3://{world.bucket}/inst/exp/"
