"""The entries of the rail, each a thin assembly of panels."""
