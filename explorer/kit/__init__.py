"""Small widgets painted from the style; import each from its own module."""
