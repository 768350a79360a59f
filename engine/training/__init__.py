"""Training as a generator of immutable steps, with checkpoints that resume exactly."""
