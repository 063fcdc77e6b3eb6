"""What is read from the service, when, and how often."""
