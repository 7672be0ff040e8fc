"""One announcement in, at most one revision of a Quilt package out."""
