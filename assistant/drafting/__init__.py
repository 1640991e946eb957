"""Documents from specifications: composed, checked, edited, revised and exported."""
