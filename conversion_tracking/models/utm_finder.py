from contextlib import suppress
from functools import partial

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError


class UtmFinder(models.AbstractModel):
    """Finds the sources, mediums and campaigns that touches name, and makes those that are missing.

    Only asked when a lead or contact exists: anonymous traffic makes no records. What was found is
    remembered in a dictionary, ``names``, for a whole batch.
    """

    _name = "utm.finder"
    _description = "Finding Tags by Name"

    @api.model
    def _find(self, touches):
        """The ``names`` of many touches.

        Found, and made where they are missing, with the same number of queries for any batch.
        """
        texts = {model: {} for model in ("utm.source", "utm.medium", "utm.campaign")}
        for touch in touches:
            _channel, source, medium = self.env["conversion.channel.rule"]._describe(touch)
            named = (source, medium, touch.campaign)
            by_link = (touch.source, touch.medium, touch.campaign)
            for of_model, text, said in zip(texts.values(), named, by_link, strict=True):
                # else the referring site or the click names it
                of_model[text] = of_model.get(text, False) or text == said
        # in one order for everybody: visitors who send a form at once wait for each other's new
        # names, but never in a circle
        texts = {
            model: {text: of_model[text] for text in sorted(of_model, key=str.lower)}
            for model, of_model in texts.items()
        }
        try:
            names = {
                (model, name): record.id
                for model, of_model in texts.items()
                for name, record in self._make_of(self.env[model].sudo(), of_model).items()
            }
        except ConcurrencyError:
            # Odoo tries a form five times; after this none of its names is another's again.
            self.env.cr.postrollback.add(partial(self._make, self.env.registry, texts))
            raise
        google_ids = {touch.gad_campaignid for touch in touches if not touch.campaign} - {""}
        return names | self._find_known(google_ids)

    @classmethod
    def _make(cls, registry, texts):
        """Make those of the UTM records that are not there, each in a transaction of its own.

        :param texts: ``{model: {name: whether a link says it}}``
        """
        for model, of_model in texts.items():
            for name, said in of_model.items():
                with suppress(ConcurrencyError), registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    env["utm.finder"]._make_of(env[model], {name: said})

    @api.model
    def _make_of(self, records, texts):
        """Records by name; the new ones know whether a link says it."""
        by_link = {name for name, said in texts.items() if said}
        return records._find_or_make(texts, said=by_link)

    @api.model
    def _find_known(self, google_ids):
        """The ``names`` of campaigns that Google tells: of a number, no campaign is made."""
        found = self.env["utm.campaign"].sudo()._find_by_names(google_ids)
        return {("known", one): found[one].id if one in found else False for one in google_ids}

    @api.model
    def _get_id(self, model, name, names):
        """Id of the record called ``name``, or of a new one; ``False`` without a name."""
        key = (model, name)
        if name and key not in names:
            names[key] = self.env[model].sudo()._find_or_make([name])[name].id
        return names.get(key, False)

    @api.model
    def _get_campaign_id(self, touch, names):
        """The campaign that the link names, else the one that Google tells, when it is known."""
        google_id = touch.gad_campaignid
        if touch.campaign or not google_id:
            return self._get_id("utm.campaign", touch.campaign, names)
        key = ("known", google_id)
        if key not in names:
            names.update(self._find_known([google_id]))
        return names[key]
