"""How the work on an announcement can end, when it does not end in a package."""


class Refused(Exception):
    """It cannot be packaged, however often it is tried: the dead letters. The text says what to do."""


class Later(Exception):
    """Not now: the announcement goes back to the queue, for so many seconds."""

    def __init__(self, says: str, seconds: float):
        super().__init__(says)
        self.seconds = max(1, round(seconds))


class Covered(Exception):
    """A package was made after the batch of this announcement closed: it has everything."""


class LostLease(Exception):
    """Another run has taken over the prefix: this one has published nothing."""
