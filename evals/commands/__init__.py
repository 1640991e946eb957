"""The commands of `python -m evals`, by theme; `evals/__main__.py` registers them."""
