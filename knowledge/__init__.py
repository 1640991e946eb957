"""What the organisation and the standards say: reading, storing and finding text."""

import os

# numpy's threads, of use to nothing here, wait for each other busily: while passages are embedded beside
# it, a question took 400 ms to encode instead of 50. torch has threads of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
