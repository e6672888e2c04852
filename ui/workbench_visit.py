"""What the address workbench asks of whoever visits a house: to stand at the door and be found."""

from db import workbench
from layers.escape import html
from ui import parts
from ui.state import View, reading


def asked(view: View, house_id: int) -> None:
    """Say that the address is to be checked on site, if somebody waits for it."""
    with reading() as connection:
        cases = workbench.asked_at(connection, county=view.county, house_id=house_id)
    if cases:
        texts = "".join(f"<li>{html(case['text'])}</li>" for case in cases)
        parts.put(f'<div class="anju-benchasks"><b>{html(view.say("workbench.visit.title"))}</b><ul>{texts}</ul>'
                  f"<span>{html(view.say('workbench.visit.how'))}</span></div>")  # fmt: skip
