"""What other numbers look like, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.alias import AliasShapeError, Scheme, UnknownSchemeError, canonical


@pytest.mark.parametrize(
    ("scheme", "value", "stored"),
    [
        ("JGJ246", "320581001 2012 0001 00012 x", "3205810012012000100012X"),
        ("BDCDY28", "320581 001002 GB00003 F00010001", "320581001002GB00003F00010001"),
        ("bdcdy28", "320581001002ＧＢ00003f00010001", "320581001002GB00003F00010001"),
        ("SZ25", "440307-003-003-04-00042-000003", "4403070030030400042000003"),
        ("GA_ADDR", "ga-3205 0001", "GA32050001"),
        ("METER_ELEC", " 3205-001２ ", "3205-0012"),
        ("METER_WATER", "w0012", "W0012"),
        ("LEASE_FILING", "常房租备（2026）第0012号", "常房租备(2026)第0012号"),
        ("DOORPLATE", "聚沙路  88号", "聚沙路 88号"),
        ("REGISTER", "MX-77", "MX-77"),
    ],
)
def test_numbers_are_stored_one_way(scheme: str, value: str, stored: str) -> None:
    assert canonical(scheme, value) == stored


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("JGJ246", "32058100120120001000012"[:-1]), ("JGJ246", "3205810012012000100012Y"), ("BDCDY28", "3" * 28),
        ("BDCDY28", "320581001002GB00003F0001000"), ("SZ25", "44030700300304000420000031"), ("SZ25", ""),
        ("GA_ADDR", "abc"), ("METER_ELEC", "<img src=x>"), ("METER_WATER", "1" * 21), ("REGISTER", " "),
        ("DOORPLATE", "门" * 201), ("DOORPLATE", "1\u202e2"), ("LEASE_FILING", "x" * 61),
    ],
)  # fmt: skip
def test_what_cannot_be_one_is_refused_with_the_shape_it_should_have(scheme: str, value: str) -> None:
    with pytest.raises(AliasShapeError) as refused:
        canonical(scheme, value)
    assert scheme in str(refused.value)


def test_an_unknown_scheme_names_the_known_ones() -> None:
    with pytest.raises(UnknownSchemeError, match="BDCDY28"):
        canonical("PHONE", "1")


@given(st.sampled_from(list(Scheme)), st.text(max_size=60))
def test_storing_what_is_stored_changes_nothing(scheme: Scheme, value: str) -> None:
    try:
        stored = canonical(scheme, value)
    except AliasShapeError:
        return
    assert canonical(scheme, stored) == stored
