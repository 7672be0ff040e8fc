"""How long a package of 1,000 objects takes: npm run test:quilt -- -s speed.py"""

import time
from concurrent.futures import ThreadPoolExecutor


def test_a_thousand_objects(world):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: world.write(f"inst/exp/{key:04}", body=b"x" * 1024), range(1000)))
    packager = world.packager()
    for sequence, what in enumerate(("new", "with 20 more", "unchanged"), start=1):
        if sequence == 2:
            world.write(*(f"inst/exp/more-{key:02}" for key in range(20)))
        world.now += 3600
        began = time.monotonic()
        packager.package(world.announced("inst/exp/", sequence))
        print(f"{what}: {time.monotonic() - began:.1f} s")
