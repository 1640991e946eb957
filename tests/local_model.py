"""The real language model of `evals.local_model`, for tests: without it they are skipped and say so."""

from __future__ import annotations

import pytest

from evals.local_model import NOT_OFFERED, local_model, offered

__all__ = ["NOT_OFFERED", "local_model", "needs_local_model"]

needs_local_model = pytest.mark.skipif(not offered(), reason=NOT_OFFERED)
