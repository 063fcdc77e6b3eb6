"""What answers say, as values of the domain and as sentences."""
