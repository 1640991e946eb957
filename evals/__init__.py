"""Measures the product with the product: its own library, index, search and answers."""
