"""The board as a workbook of Excel: numbers as numbers, texts never as formulas."""

import io
import re

import xlsxwriter

# Excel's limits for the name of a sheet.
LONGEST_NAME = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
FORMATS = {"money": "#,##0.00", "percent": "0.0%", "count": "#,##0", "days": "#,##0.0"}


def make_workbook(head, sections, labels):
    """Write the sections of a board, the cards on the first sheet, each other one on its own.

    :param head: rows of texts above the cards
    :param sections: payloads of the board, in their order
    :param labels: headings by key, see the uses of ``self.labels``
    :return: the content of the file
    """
    buffer = io.BytesIO()
    # no text that somebody chose as a campaign's name becomes a formula or a link
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        writer = _Writer(book, labels)
        writer.write_cards(head, [one for one in sections if one["type"] == "card"])
        for payload in sections:
            if payload["type"] != "card":
                writer.write_section(payload)
    return buffer.getvalue()


class _Writer:
    def __init__(self, book, labels):
        self.book = book
        self.labels = labels
        self.bold = book.add_format({"bold": True})
        self.formats = {
            unit: book.add_format({"num_format": number}) for unit, number in FORMATS.items()
        }
        self.names = set()

    def write_cards(self, head, cards):
        self._begin(self.labels["board"])
        for texts in head:
            self._write([(text, None) for text in texts])
        self._write([])
        names = ("name", "value", "previous", "change", "target", "definition")
        self._write([(self.labels[name], None) for name in names], self.bold)
        for card in cards:
            unit = card.get("unit")
            # of rates, the difference in points
            change = card.get("change")
            self._write(
                [
                    (card["title"], None),
                    (card.get("value"), unit),
                    (card.get("previous"), unit),
                    (change if unit == "percent" or change is None else 100 * change, "percent"),
                    (card.get("target"), unit),
                    (card.get("problem") or card.get("definition"), None),
                ]
            )

    def write_section(self, payload):
        self._begin(payload["title"])
        self._write([(payload["title"], None)], self.bold)
        if text := payload.get("problem") or payload.get("note"):
            self._write([(text, None)])
        self._write([])
        if "problem" not in payload:
            getattr(self, f"_write_{payload['type']}", self._write_nothing)(payload)

    # ------------------------------------------------------------
    # Types of sections
    # ------------------------------------------------------------

    def _write_nothing(self, payload):
        """There is no table for this type."""

    def _write_funnel(self, payload):
        columns = {
            "value": "count",
            "amount": "money",
            "rate": "percent",
            "days": "days",
        }
        self._write([(self.labels[name], None) for name in ("name", *columns)], self.bold)
        for step in payload["steps"]:
            cells = [(step[name], unit) for name, unit in columns.items()]
            self._write([(step["label"], None), *cells])

    def _write_result(self, payload):
        self._write_ranking(payload)
        if payload["rows"]:
            self._write_row(payload["measures"], self.labels["total"], payload["total"])

    def _write_ranking(self, payload):
        measures = payload["measures"]
        headings = [self.labels["name"], *(measure["label"] for measure in measures)]
        self._write([(text, None) for text in headings], self.bold)
        for row in payload["rows"]:
            self._write_row(measures, row["label"], row["values"])

    def _write_row(self, measures, label, values):
        cells = [(values.get(measure["key"]), measure["unit"]) for measure in measures]
        self._write([(label, None), *cells])

    def _write_series(self, payload):
        for measure in payload["measures"]:
            days = [bucket["from"] for bucket in payload["buckets"]]
            headings = [measure["label"], *days, self.labels["total"]]
            self._write([(text, None) for text in headings], self.bold)
            for row in payload["rows"]:
                values = [*row["values"][measure["key"]], row["totals"][measure["key"]]]
                self._write([(row["label"], None), *((one, measure["unit"]) for one in values)])
            self._write([])

    def _write_status(self, payload):
        for row in payload["rows"]:
            self._write([(row["label"], None), (row["value"], "count")])

    # ------------------------------------------------------------
    # Sheets and cells
    # ------------------------------------------------------------

    def _begin(self, title):
        self.sheet = self.book.add_worksheet(self._get_name(title))
        self.sheet.set_column(0, 0, 40)
        self.sheet.set_column(1, 40, 16)
        self.line = 0

    def _get_name(self, title):
        """A name for a sheet that Excel takes, and that no other sheet has."""
        # Excel refuses apostrophes at either end, too
        clean = NOT_IN_NAMES.sub(" ", title).strip("' ") or "-"
        name, number = clean[:LONGEST_NAME], 1
        while name.lower() in self.names:
            number += 1
            ending = f" {number}"
            name = clean[: LONGEST_NAME - len(ending)] + ending
        self.names.add(name.lower())
        return name

    def _write(self, cells, text_format=None):
        """A row of pairs of a value and its unit; texts have none."""
        for column, (value, unit) in enumerate(cells):
            if value is None or value is False:
                continue
            if unit is None:
                self.sheet.write_string(self.line, column, str(value), text_format)
            else:
                number = value / 100 if unit == "percent" else value
                self.sheet.write_number(self.line, column, number, self.formats.get(unit))
        self.line += 1
