"""When an attempt has to wait, which codes fit, and what is told of a device."""
