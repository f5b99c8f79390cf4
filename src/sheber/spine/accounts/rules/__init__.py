"""When an attempt has to wait."""
