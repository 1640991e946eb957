"""Tables of what is being written, beside the log."""
