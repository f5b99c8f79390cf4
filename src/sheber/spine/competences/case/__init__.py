"""Frameworks in the shape of CASE (Competencies and Academic Standards Exchange, 1EdTech), versions 1.0 and 1.1, out and in."""
