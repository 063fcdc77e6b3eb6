"""What happens to a task over time: its states, steps, figures and failures."""
