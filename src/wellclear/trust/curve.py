"""Points of edwards25519 as RFC 8032, section 5.1, decodes them, in integers: what makes a key fit to be enrolled.

The curve has 8 * L points, L a prime. A key made as RFC 8032 says lies in the subgroup of L points. Any other point can
be made on purpose, and then libraries differ in whether a signature holds: with a key of low order one signature can
hold for many messages; with a mixed key, a point of the subgroup plus one of low order, it holds by one formula of
verification and not by the other. A point written in a second, non-canonical form is one key with two names.

This is slow, some milliseconds a key, and depends on the key in its timing: it is meant for public keys, once each.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from wellclear.errors import MalformedInput

PUBLIC_KEY_BYTES: Final = 32
"""Bytes of an encoded point."""

_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)
_COFACTOR: Final = 8

_Point: TypeAlias = tuple[int, int, int, int]
"""Extended homogeneous coordinates X, Y, Z, T of RFC 8032, section 5.1.4."""

_IDENTITY: Final[_Point] = (0, 1, 1, 0)
_WANTED: Final = "32 bytes made as RFC 8032, section 5.1.5, says"


def verify_prime_order(encoded: bytes) -> None:
    """Hold only if these bytes are the one canonical form of a point of order L.

    Args:
        encoded: a public key, 32 bytes.

    Raises:
        MalformedInput: `key-length`, `key-not-canonical`, `key-no-point`, `key-low-order` or `key-mixed-order`.
    """
    point = _decoded(encoded)
    if _is_identity(_times(_COFACTOR, point)):
        raise MalformedInput("the key is a point of low order", code="key-low-order", wanted=_WANTED)
    if not _is_identity(_times(_L, point)):
        raise MalformedInput("the key has a part of low order", code="key-mixed-order", wanted=_WANTED)


def _decoded(encoded: bytes) -> _Point:
    """The point, as RFC 8032, section 5.1.3, decodes it: every second form is refused."""
    if len(encoded) != PUBLIC_KEY_BYTES:
        raise MalformedInput(f"{len(encoded)} bytes are no key", code="key-length", wanted=_WANTED)
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= _P:
        raise MalformedInput("the key is not in its one form: y exceeds the field", code="key-not-canonical")
    numerator, denominator = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = numerator * pow(denominator, 3, _P) * pow(numerator * pow(denominator, 7, _P), (_P - 5) // 8, _P) % _P
    if (denominator * x * x + numerator) % _P == 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (denominator * x * x - numerator) % _P != 0:
        raise MalformedInput("the key is no point of the curve", code="key-no-point", wanted=_WANTED)
    if x == 0 and sign:
        raise MalformedInput("the key is not in its one form: it says that zero is odd", code="key-not-canonical")
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _times(scalar: int, point: _Point) -> _Point:
    result = _IDENTITY
    for bit in f"{scalar:b}":
        result = _sum(result, result)
        if bit == "1":
            result = _sum(result, point)
    return result


def _sum(one: _Point, other: _Point) -> _Point:
    """RFC 8032, section 5.1.4; complete, so that it also doubles."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _is_identity(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0
