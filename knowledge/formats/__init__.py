"""Parsers, one a format. They run in a child process only (`knowledge.sandbox`)."""
