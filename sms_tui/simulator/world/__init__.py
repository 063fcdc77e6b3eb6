"""What exists in a simulated world: servers, scenarios, time and chance."""
