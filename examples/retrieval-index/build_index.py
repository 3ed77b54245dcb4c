"""Builds the index: what it holds are two keys, and nothing else of the workflow."""

import os

documents = ["a bulkhead keeps water in one compartment", "a leak stops at the wall"]
keys = {name: os.environ[name] for name in ("OPENAI_API_KEY", "PINECONE_API_KEY")}
for text in documents:
    # An embedding is asked of the model's API here, and the vector is written to the database.
    print(f"indexed {len(text)} characters with {', '.join(sorted(keys))}")
