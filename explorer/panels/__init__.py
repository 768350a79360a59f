"""Views of one thing each: the transport, the inspector, the algorithm, the tape, plots."""
