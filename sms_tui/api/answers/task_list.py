"""Path and page size of the task list; imports nothing, because the earliest read needs it too."""

TASKS = "/v3/tasks"
LIMIT = 200
"""Tasks on one page"""
AT_ONCE = 4
"""Pages under way at a time"""
FARTHEST_OFFSET = 65_535
"""Where the last page may begin that the service gives"""
