"""Write the bulletin's Word template: ``python tools/bulletin_template.py``. A city edits a copy in Word instead."""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

OUT = Path(__file__).parent.parent / "exchange" / "templates" / "bulletin.docx"


def main() -> None:
    """Write the template."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("{{ title }}")
    run.bold, run.font.size, run.font.name = True, Pt(20), "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")
    for text in ("{{ period }}", "{{ made }}"):
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{ summary }}")
    _head(document, "{{ word.indicators }}")
    _table(
        document,
        ["{{ word.indicator }}", "{{ word.formula }}", "{{ word.counts }}", "{{ word.now }}", "{{ word.before }}",
         "{{ word.change }}"],
        "indicators",
        ["{{ row.name }}", "{{ row.formula }}", "{{ row.counts }}", "{{ row.now }}", "{{ row.before }}",
         "{{ row.change }}"],
    )  # fmt: skip
    for name in ("towns", "departments"):
        _head(document, f"{{{{ word.{name} }}}}")
        rates = [f"{{{{ row.rates[{at}] }}}}" for at in range(5)]
        heads = [f"{{{{ heads[{at}] }}}}" for at in range(5)]
        _table(document, ["{{ word.rank }}", "{{ word.unit }}", "{{ word.due }}", *heads], name,
               ["{{ row.rank }}", "{{ row.name }}", "{{ row.due }}", *rates])  # fmt: skip
        document.add_paragraph(f"{{{{ last_{name} }}}}")
    OUT.parent.mkdir(exist_ok=True)
    document.save(str(OUT))


def _head(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(14)


def _table(document: Any, heads: list[str], name: str, cells: list[str]) -> None:
    table = document.add_table(rows=4, cols=len(heads))
    table.style = "Table Grid"
    for at, text in enumerate(heads):
        table.cell(0, at).paragraphs[0].add_run(text).bold = True
    table.cell(1, 0).text = f"{{%tr for row in {name} %}}"
    for at, text in enumerate(cells):
        table.cell(2, at).text = text
    table.cell(3, 0).text = "{%tr endfor %}"
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(9.5)


if __name__ == "__main__":
    main()
