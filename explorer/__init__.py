"""The Qt application: views of engine values."""
