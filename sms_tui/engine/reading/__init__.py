"""What is read of the service, when, and how often."""
