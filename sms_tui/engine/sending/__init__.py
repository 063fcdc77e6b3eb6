"""From a confirmed plan to one request per task, and everything that may still prevent it."""
