"""Terminal user interface for Server Migration Service."""

__version__ = "0.1.0"
