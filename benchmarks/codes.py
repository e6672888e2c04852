"""Address codes made and checked, beside python-stdnum's ISO 7064 MOD 11-2.

Claim: a million codes are made in <= 5 s, and a code is checked in <= 100 microseconds; both agree with python-stdnum
on every one. python-stdnum does the check character alone: it knows nothing of the segments of a code.

    python -m benchmarks codes
"""

from benchmarks.ground import Figure, clock
from gis.code import AddressCode, CodeError, codes_for

MANY, SOME = 1_000_000, 50_000
VILLAGES = 250


def run() -> list[Figure]:
    """Measure making and checking."""
    from stdnum.iso7064 import mod_11_2

    villages = [f"320581{101 + n % VILLAGES // 50:03d}{201 + n % 50:03d}" for n in range(MANY)]
    serials = [1 + n // VILLAGES for n in range(MANY)]
    with clock() as made:
        codes = [str(code) for code in codes_for(villages, serials)]
    with clock() as theirs:
        bodies = [f"{village}{serial:05d}00000000" for village, serial in zip(villages, serials, strict=True)]
        others = [body + mod_11_2.calc_check_digit(body) for body in bodies]
    with clock() as checked:
        parsed = sum(AddressCode.parse(code).house > 0 for code in codes[:SOME])
    with clock() as validated:
        valid = sum(mod_11_2.is_valid(code) for code in codes[:SOME])
    wrong = [code[:20] + str((int(code[20]) + 1) % 10) + code[21:] for code in codes[:SOME]]
    caught = sum(_refused(code) for code in wrong)
    each_us = checked[0] / SOME * 1e6
    return [
        Figure("made and joined to text, 1,000,000 codes", f"{made[0]:.2f} s", "<= 5 s", made[0] <= 5),
        Figure("python-stdnum, check characters of the same", f"{theirs[0]:.2f} s"),
        Figure("the same as python-stdnum's", f"{sum(map(str.__eq__, codes, others)):,}", "1,000,000", codes == others),
        Figure("parsed and checked, each", f"{each_us:.1f} us", "<= 100 us", each_us <= 100 and parsed == SOME),
        Figure("python-stdnum, check character alone, each", f"{validated[0] / SOME * 1e6:.1f} us", "", None),
        Figure("valid to python-stdnum", f"{valid:,}", f"{SOME:,}", valid == SOME),
        Figure("one wrong digit caught", f"{caught:,}", f"{SOME:,}", caught == SOME),
    ]


def _refused(code: str) -> bool:
    try:
        AddressCode.parse(code)
    except CodeError:
        return True
    return False
