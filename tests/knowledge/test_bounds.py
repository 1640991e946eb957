"""Outlines: their product is never below the cosine, and says more than nothing for vectors of the model."""

import numpy as np
import pytest

from knowledge.bounds import outlined
from knowledge.embed import Encoder
from knowledge.late import unit


@pytest.mark.parametrize("dimension", [384, 7])
def test_no_cosine_exceeds_its_bound(dimension: int) -> None:
    rows = unit(np.random.default_rng(3).normal(size=(400, dimension)).astype(np.float32))
    outlines = outlined(rows)
    assert outlines.shape == (400, 129 if dimension == 384 else 1)
    bounds = outlines @ outlines.T
    assert (bounds >= rows @ rows.T - 1e-5).all()
    assert np.diag(bounds) == pytest.approx(np.ones(400), abs=1e-5)


def test_what_is_unlike_is_bounded_well_below_one(encoder: Encoder) -> None:
    rows = encoder.by_default(["The walrus eats clams.", "Invoices are paid within thirty days."])
    first, second = outlined(rows)
    assert rows[0] @ rows[1] <= first @ second < 0.8
