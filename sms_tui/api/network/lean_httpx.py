"""Imports the HTTP library without the command-line tool it contains.

That tool loads click, Pygments and progress bars wherever click is installed: 3 MB, and 30 ms more until the
first row is shown.
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
