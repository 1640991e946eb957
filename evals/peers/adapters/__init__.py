"""One file for each system, run by `evals/peers/harness.py` in that system's own environment.

An adapter imports the framework and the standard library, nothing of ours: where it runs, we are not
installed. It has `ingest(files, store, model)` and `opened(store, model)`, whose result has `count()` and
`find(question, k)`. `store` is a folder, `model` the folder of the embedding weights. The product's own
adapter runs where the product does, and only opens: files are added by the command that a user types.
"""
