from odoo import models

from ..attribution import link_rows, links
from ..attribution.touch import UTM_VALUES

RECORDS = {"source": "utm.source", "medium": "utm.medium", "campaign": "utm.campaign"}


class ConversionLinkReadingMixin(models.AbstractModel):
    """What somebody typed into the UTM builder, as links, with what is wrong with each."""

    _name = "conversion.link.reading.mixin"
    _description = "Reading of Tagged Links"

    def _read_page(self):
        return links.read_page(self.page or "", self.company_id.get_base_url())

    def _read(self):
        """What would be made.

        :return: the problem of the page or of the whole table, or ``""``; what is worth a look;
            one dictionary a link: ``number``, ``tags`` (``naming.Written`` by name), ``url``,
            ``problems``, ``alike`` (names in use that probably mean the same, by the new ones),
            and ``link``, which there may be already
        """
        page = self._read_page()
        problem = page.problem and self._explain_page(page.problem)
        try:
            rows = self._read_tags()
        except link_rows.TooLong:
            return (
                self.env._(
                    "That is too much at once: paste at most %(rows)s rows.",
                    rows=link_rows.MAX_ROWS,
                ),
                [],
                [],
            )
        rules = self.env["utm.naming.rule"]
        read, places = [], {}
        for number, typed, problems in rows:
            tags = {
                name: rule.apply(typed.get(name) or "")
                for name, rule in rules._get_rules(self.company_id).items()
            }
            problems += [
                rules._explain(tag.problem, name, self.company_id)
                for name, tag in tags.items()
                if tag.problem
            ]
            values = {name: tag.value for name, tag in tags.items()}
            url = "" if problem or problems else links.build(page.url, values)
            if not (url or problem or problems):
                problems.append(
                    self.env._(
                        "The link would be longer than %(length)s characters: shorten the tags.",
                        length=links.LINK_LENGTH,
                    )
                )
            if url and (first := places.setdefault(url, number)) != number:
                problems.append(self.env._("This is row %(number)s again.", number=first))
            read.append({"number": number, "tags": tags, "url": url, "problems": problems})
        known = self.env["link.tracker"]._find_built(places, self.company_id)
        alike = self._find_alike([row["tags"] for row in read])
        for row in read:
            row["link"] = known.get(row["url"])
            values = ((name, row["tags"][name].value) for name in RECORDS)
            row["alike"] = {
                value: alike[name, value] for name, value in values if (name, value) in alike
            }
        return problem, [] if problem else self._get_page_notes(page), read

    def _find_alike(self, rows):
        """Names in use that probably mean what new tags say, which the links would not count for.

        :param rows: the tags of each link, by name
        :return: ``{(name, value) of a tag: name of a record}``
        """
        alike = {}
        for name, model in RECORDS.items():
            typed = {tags[name].value: tags[name].typed for tags in rows if tags[name].value}
            records = self.env[model].sudo()
            meant = records._find_by_names(typed.values())
            new = [value for value, text in typed.items() if text not in meant]
            alike |= {(name, value): other for value, other in records._find_alike(new).items()}
        return alike

    def _read_tags(self):
        """``(number, {name: text}, problems)`` of each link."""
        if not self.is_many:
            return [(1, {name: self[name] for name in UTM_VALUES}, [])]
        labels = self.fields_get(link_rows.COLUMNS, ["string"])
        names = [(labels[column]["string"], column) for column in link_rows.COLUMNS]
        lost = self.env._("There are more columns than source, medium, term and content.")
        return [
            (
                row.number,
                # an empty cell means what is said above for all rows
                {name: dict(row.cells).get(name) or self[name] for name in UTM_VALUES},
                [lost] if row.problem else [],
            )
            for row in link_rows.read_rows(self.rows or "", names)
        ]

    def _explain_page(self, problem):
        texts = {
            "missing": self.env._("Choose or paste the landing page."),
            "long": self.env._(
                "The address is longer than %(length)s characters.", length=links.LINK_LENGTH
            ),
            "characters": self.env._(
                "The address has spaces, signs or hidden characters that no address has: copy it "
                "anew from your browser."
            ),
            "scheme": self.env._(
                "Only addresses that begin with https:// or http:// lead to a page."
            ),
            "host": self.env._(
                "This is no address: write /page for one of your site, or https://example.com/page."
            ),
            "mixed": self.env._(
                "The name of this site mixes alphabets that look alike, as false sites do: type it."
            ),
            "user": self.env._(
                "What stands before the @ hides where this address leads: remove it."
            ),
            "parameters": self.env._(
                "The address has too many parameters for tags to be read after them: shorten it."
            ),
        }
        return texts[problem]

    def _get_page_notes(self, page):
        texts = {
            "click": self.env._(
                "The click id in the address is left out: every visitor would count as that click."
            ),
            "redirect": self.env._(
                "The address holds another one, to which it may lead on: try where visitors end."
            ),
            "international": self.env._("The name of this site has letters of another alphabet."),
        }
        notes = [texts[one] for one in page.notes if one in texts]
        values = {"url": page.url, "company_id": self.company_id.id}
        found = self.env["link.tracker"]._find_pages([page.url], self.company_id)[page.url]
        link = (
            self.env["link.tracker"]
            .sudo()
            .new({**values, "page_id": found.id, "is_page": bool(found)})
        )
        return notes + list(filter(None, [link._get_page_note()]))
