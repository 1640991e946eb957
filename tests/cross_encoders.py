"""Real cross-encoders that are tiny: their outputs are set by hand, so what they say of any text is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] event logs are kept for twelve months the".split()
WINDOW = 64
"""Word pieces that they read, with the three that mark the ends."""


def cross_encoder(folder: Path, outputs: Sequence[float], labels: Sequence[str] = ()) -> Path:
    """Save a BERT whose outputs are always these; without labels it says nothing of what they mean."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(WORDS))
    BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
    named = {"id2label": dict(enumerate(labels)), "label2id": {name: i for i, name in enumerate(labels)}}
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=WINDOW,
        num_labels=len(outputs),
        **(named if labels else {}),
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor(outputs))
    model.save_pretrained(folder)
    return folder
