"""What runs without anyone watching: the loop, the schedule and the fleet."""
