"""From a confirmed plan to one request for each task, and what may still hold it back."""
