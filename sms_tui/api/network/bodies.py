"""Reads the body of an answer up to a limit and decompresses it.

The limit is ours: no server decides how much memory we use.
"""

import asyncio
import zlib
from collections.abc import AsyncIterable

from sms_tui.domain.sentence import sentence

ORDINARY = 4 * 1024 * 1024
"""Bytes, unpacked, of an answer about one thing"""
PAGE = 16 * 1024 * 1024
"""Bytes, unpacked, of one page of a list: 200 tasks take about half a megabyte"""
LIST = 512 * 1024 * 1024
"""Bytes of all pages of a list: the tasks that can be listed at all take about 160 MiB, long records twice"""
MOST_HEADER_BYTES = 64 * 1024
_PIECE = 64 * 1024
_A_TURN = 256
"""Pieces after which others have their turn"""
_MOST_PIECES = 32 * 1024
"""The largest answer has fewer, even if each packet is one"""


class BodyError(Exception):
    """The body cannot be had; the text says why, as the end of a sentence."""


async def read_body(chunks: AsyncIterable[bytes], encoding: str, most: int) -> bytes:
    """Collect `chunks` packed as the header `encoding` says, at most `most` bytes once unpacked."""
    name = encoding.strip().lower()
    if name not in {"", "identity", "gzip", "x-gzip"}:
        raise BodyError(sentence("is packed in a way nobody asked for ({name})", name=name[:20]))
    unpack = _Gunzip(most) if name.endswith("gzip") else None
    pieces, size = list[bytes](), 0
    async for chunk in chunks:
        pieces.append(unpack.feed(chunk) if unpack else chunk)
        if len(pieces) % _A_TURN == 0:
            # Thousands of pieces that came together are handed on without a pause, and keys would wait.
            await asyncio.sleep(0)
        if len(pieces) > _MOST_PIECES:
            raise BodyError(sentence("comes in crumbs"))
        size += len(pieces[-1])
        if size > most:
            raise BodyError(sentence("is larger than {most} MiB", most=most // (1024 * 1024)))
    if unpack and not unpack.is_complete:
        raise BodyError(sentence("is cut off"))
    return b"".join(pieces)


class _Gunzip:
    """Unpacks gzip piece by piece, giving up as soon as the limit is passed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._given = 0
        self._is_fed = False
        self._stream = zlib.decompressobj(wbits=31)

    @property
    def is_complete(self) -> bool:
        """Whether the packed data came to its end, or never began."""
        return self._stream.eof or not self._is_fed

    def feed(self, chunk: bytes) -> bytes:
        """The unpacked data of `chunk`, as far as the limit allows."""
        self._is_fed = True
        pieces = bytearray()
        while self._given <= self._most and not self._stream.eof:
            piece = self._unpacked(chunk)
            pieces += piece
            self._given += len(piece)
            chunk = self._stream.unconsumed_tail
            if not chunk and len(piece) < _PIECE:
                break
        return bytes(pieces)

    def _unpacked(self, chunk: bytes) -> bytes:
        try:
            return self._stream.decompress(chunk, _PIECE)
        except zlib.error:
            raise BodyError(sentence("is packed, and the packing is damaged")) from None
