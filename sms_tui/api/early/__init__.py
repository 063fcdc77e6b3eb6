"""What is asked of the service before libraries and loop are there."""
