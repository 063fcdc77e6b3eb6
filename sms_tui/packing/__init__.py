"""The program as one file, for hosts without a package index: `python -m sms_tui.packing sms-tui.pyz`."""
