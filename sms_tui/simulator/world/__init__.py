"""What there is: servers, scenarios, time and chance."""
