"""The model town: 20,000 houses with their rooms, people and a year of visits and tickets.

Claim: laid down, from an empty database, in <= 60 s on two cores.

    python -m benchmarks demo_town
"""

from sqlalchemy import text

from benchmarks.ground import COUNTY, SEED, Figure, clock, on, own_database, seconds

HOUSES = 20_000
TABLES = ("house", "room", "party", "visit", "finding", "ticket", "ticket_event", "evidence")


def run() -> list[Figure]:
    """Measure the laying of one town."""
    from demo import command

    with own_database("town") as own:
        with clock() as laid:
            command.run(HOUSES, SEED, COUNTY, quiet=True)
        with on(own) as connection:
            rows = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}
    told = ", ".join(f"{count:,} {name}" for name, count in rows.items() if name != "house")
    return [
        Figure(f"{HOUSES:,} houses laid", seconds(laid), "<= 60 s", laid[0] <= 60 and rows["house"] == HOUSES),
        Figure(f"with {told}", ""),
    ]
