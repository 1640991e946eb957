"""What the organisation and the standards say: reading, storing and finding text."""
