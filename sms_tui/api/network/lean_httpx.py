"""The HTTP library without the command line that it brings.

That one loads click, Pygments and progress bars wherever click happens to be installed: 3 MB, and 30 ms
of the time to the first row.
"""

import sys
from types import ModuleType

_COMMAND_LINE = "httpx._main"

if "httpx" in sys.modules:
    import httpx
else:
    sys.modules[_COMMAND_LINE] = _nothing = ModuleType(_COMMAND_LINE)
    vars(_nothing)["main"] = lambda: None  # The library writes its own name on it.
    import httpx

    del sys.modules[_COMMAND_LINE]

__all__ = ["httpx"]
