"""What happens to a task: its states, steps, figures and failures, in time."""
