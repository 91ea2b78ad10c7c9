"""The tagged links of the story: made with the UTM builder, then followed."""

from datetime import timedelta

from .records import Records


class Links(Records):
    """Writes saved links, before the leads that came over them."""

    def write_links(self, told):
        """Write links with their clicks.

        :param told: links of the story
        """
        links = self.env["link.tracker"].union(*map(self._make, told))
        self.name_records("link", links)
        self._date_back(links, [self.now - timedelta(days=one.day) for one in told])
        moments = {link: self._get_clicks(one) for link, one in zip(links, told, strict=True)}
        clicks = self.env["link.tracker.click"].create(
            [{"link_id": link.id} for link, clicked in moments.items() for _at in clicked]
        )
        self._date_back(clicks, [at for clicked in moments.values() for at in clicked])

    def _make(self, told):
        """The link that somebody gets who types this into the builder."""
        texts = {name: getattr(told.way, name) for name in ("campaign", "source", "medium")}
        builder = self.env["conversion.link.builder"].create(
            {**texts, "page": told.page, "content": told.content, "title": told.note}
        )
        return self.env["link.tracker"].browse(builder.action_make()["res_id"])

    def _get_clicks(self, told):
        """When the link was followed: evenly, since it was made."""
        pause = timedelta(days=told.day) / (told.clicks + 1)
        return [self.now - number * pause for number in range(told.clicks, 0, -1)]
