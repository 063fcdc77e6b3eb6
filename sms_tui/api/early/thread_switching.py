"""Changes for a while how long one thread may keep the interpreter while another waits for it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def switching_after(seconds: float) -> Iterator[None]:
    """Have all threads give way after `seconds`."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
