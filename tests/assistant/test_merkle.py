"""The Merkle tree: the roots and proofs that RFC 6962 defines, and nothing else is proved."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.merkle import Tree, included, leaf_hash, node_hash

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves by which implementations of Certificate Transparency test themselves."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
DATA = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of the RFC, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def defined_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of the RFC, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*defined_path(m, leaves[:k]), defined_root(leaves[k:])]
    return [*defined_path(m - k, leaves[k:]), defined_root(leaves[:k])]


def tree_of(leaves: list[bytes]) -> Tree:
    return Tree(leaf_hash(leaf) for leaf in leaves)


def test_the_roots_are_those_of_certificate_transparency() -> None:
    tree = tree_of(LEAVES)
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS
    assert Tree().root() == hashlib.sha256(b"").digest()


@given(DATA, st.data())
def test_roots_and_proofs_of_every_size_are_as_defined(leaves: list[bytes], data: st.DataObject) -> None:
    tree = tree_of(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    assert tree.root(size) == defined_root(leaves[:size])
    path = tree.proof(index, size)
    assert path == defined_path(index, leaves[:size])
    assert included(leaf_hash(leaves[index]), index, size, path, tree.root(size))


@given(DATA, st.data())
def test_a_proof_proves_one_leaf_at_one_place(leaves: list[bytes], data: st.DataObject) -> None:
    tree, size = tree_of(leaves), len(leaves)
    index = data.draw(st.integers(0, size - 1))
    path, leaf = tree.proof(index), leaf_hash(leaves[index])
    assert not included(leaf_hash(b"other"), index, size, path, tree.root())
    assert not included(leaf, index, size, [*path, leaf], tree.root())
    assert not included(leaf, size, size, path, tree.root())
    assert not included(leaf, index, size, path, leaf_hash(b"root"))
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        assert not included(leaf, index, size, path[:place] + path[place + 1 :], tree.root())
        changed = [leaf_hash(b"forged") if n == place else p for n, p in enumerate(path)]
        assert not included(leaf, index, size, changed, tree.root())


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 9)])
def test_there_is_no_proof_for_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        tree_of(LEAVES[:4]).proof(index, size)
