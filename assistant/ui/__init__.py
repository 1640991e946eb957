"""The web app: one page a file, and what they share."""
