"""The Merkle tree over the log (RFC 6962, section 2.1): one root for all records, short proofs for each.

A leaf is SHA-256 over a zero byte and the bytes that a record's hash is made of; a node is SHA-256
over a one byte and its two children.
"""

import hashlib
from collections.abc import Iterable, Sequence

_WIDTH = 32


def leaf_hash(data: bytes) -> bytes:
    """The leaf that stands for some bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and keeps every complete subtree: about 64 bytes a leaf.

    Roots and proofs of any size that it once had cost a number of hashes that grows with the
    logarithm of that size.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """A tree over leaf hashes, as `leaf_hash` makes them."""
        self._levels = [bytearray()]
        for leaf in leaves:
            self.add(leaf)

    def __len__(self) -> int:
        """The number of leaves."""
        return len(self._levels[0]) // _WIDTH

    def add(self, leaf: bytes) -> None:
        """Append a leaf hash."""
        self._levels[0] += leaf
        level = 0
        while len(self._levels[level]) % (2 * _WIDTH) == 0:
            pair = bytes(self._levels[level][-2 * _WIDTH :])
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node_hash(pair[:_WIDTH], pair[_WIDTH:])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, or over all; of none, the hash of nothing."""
        size = self._known(size)
        return self._over(0, size) if size else hashlib.sha256().digest()

    def proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of a leaf, from 0, in the tree of the first `size` leaves: lowest sibling first."""
        size = self._known(size)
        if not 0 <= index < size:
            raise IndexError(f"no leaf {index} in a tree of {size}")
        first, path = 0, []
        while size > 1:
            half = _split(size)
            if index - first < half:
                path.append(self._over(first + half, size - half))
                size = half
            else:
                path.append(self._over(first, half))
                first, size = first + half, size - half
        return path[::-1]

    def _known(self, size: int | None) -> int:
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise IndexError(f"the tree never had {size} leaves")
        return size

    def _over(self, first: int, size: int) -> bytes:
        """The hash over `size` leaves from `first`, which is a multiple of a power of two that is no less."""
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            place = (first >> level) * _WIDTH
            return bytes(self._levels[level][place : place + _WIDTH])
        half = _split(size)
        return node_hash(self._over(first, half), self._over(first + half, size - half))


def _split(size: int) -> int:
    """The largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves that a leaf hash stands at an index in the tree of that size and root.

    The steps are those of RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(sibling, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root
