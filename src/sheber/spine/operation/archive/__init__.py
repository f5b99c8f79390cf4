"""One file that holds everything: how it is laid out, how values are written in it, and how tables go in and come out."""
