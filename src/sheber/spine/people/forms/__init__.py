"""The sign-in form, and forms of those who look after people."""
