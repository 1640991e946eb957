"""Development sets of the gap assessment, and how it is scored."""
