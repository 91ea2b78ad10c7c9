"""A marketing user who makes tagged links."""

from odoo.tests import Form

from .common import JourneyCase


class LinkMixin:
    """Puts texts into the builder as somebody types them."""

    def builder(self, user=None, **typed):
        builders = self.env["conversion.link.builder"].with_user(user or self.env.user)
        form = Form(builders)
        for name, text in typed.items():
            setattr(form, name, text)
        return form

    def build(self, user=None, **typed):
        """The link or links that the builder makes."""
        typed = {"page": "/contactus", "campaign": "spring", **typed}
        if "rows" not in typed:
            typed = {"source": "facebook", "medium": "social", **typed}
        builder = self.builder(user, is_many="rows" in typed, **typed).save()
        action = builder.action_make()
        links = self.env["link.tracker"].with_user(user or self.env.user)
        return builder.link_ids if typed.get("rows") else links.browse(action["res_id"])


class LinkCase(LinkMixin, JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website.domain = False
        cls.env["ir.config_parameter"].set_param("web.base.url", cls.base_url())
        cls.host = cls.base_url()
