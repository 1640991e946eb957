"""Word lists of the checks, and how those that come from WordNet are made."""
