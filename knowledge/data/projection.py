"""Build `projection.npy`: `python -m knowledge.data.projection`.

The directions in which the token vectors of the requirements and of the sample organisation vary most
(principal components, not centred, so that angles are kept), 384 to 128, as float16.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.data.sample import sample_files
from knowledge.embed import Encoder
from knowledge.late import DIMENSION
from knowledge.load import load
from knowledge.requirement_documents import documents
from knowledge.sentences import sentences


def main() -> None:
    """Write the matrix beside this file."""
    texts = [loaded.text for _, _, loaded in documents()]
    texts += [load(path).text for path in sample_files()]
    spoken = dict.fromkeys(text[start:end] for text in texts for start, end in sentences(text))
    encoder = Encoder()
    states = np.concatenate([encoder.states(sentence)[1:-1] for sentence in spoken])
    rows = states / np.linalg.norm(states, axis=1, keepdims=True)
    spread, directions = np.linalg.eigh(rows.T.astype(np.float64) @ rows)
    chosen = directions[:, ::-1][:, :DIMENSION]
    chosen *= np.sign(chosen[np.abs(chosen).argmax(axis=0), range(DIMENSION)])  # the same on any machine
    share = spread[::-1][:DIMENSION].sum() / spread.sum()
    np.save(Path(__file__).with_name("projection.npy"), chosen.astype(np.float16))
    print(f"{len(rows)} tokens, {share:.1%} of their variation kept")


if __name__ == "__main__":
    main()
