"""``python -m benchmarks [NAME ...]``: each number beside its claim; exit 1 when one does not hold."""

import importlib
import os
import sys
import time

from benchmarks.ground import Figure

NAMES = (
    "codes",
    "routes",
    "assignment",
    "demo_town",
    "tiles",
    "imports",
    "real_registers",
    "address_pairs",
    "address_reading",
    "leave_one_out",
    "matching_scale",
    "import_matching",
    "grids",
    "back_test",
    "streets",
    "balance",
    "replan",
    "footprints",
    "indicators",
)


def measured(name: str) -> list[Figure]:
    """The figures of one benchmark."""
    started = time.perf_counter()
    figures: list[Figure] = importlib.import_module(f"benchmarks.{name}").run()
    print(f"\n== {name} ({time.perf_counter() - started:.0f} s)")
    for figure in figures:
        verdict = {True: "held", False: "NOT HELD", None: ""}[figure.holds]
        print(f"{figure.what:<64} {figure.measured:>24}   {figure.claim:<28} {verdict}", flush=True)
    return figures


def main(wanted: list[str]) -> int:
    """Run the named benchmarks, all where none is named."""
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    os.environ.setdefault("ANJU_KEY", "YmVuY2htYXJrcy1vbmx5LWJlbmNobWFya3Mtb25seSE=")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, load averages {load} (a load above the cores makes every time longer)")
    figures = [figure for name in NAMES if not wanted or name in wanted for figure in measured(name)]
    return int(any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
