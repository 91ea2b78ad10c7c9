"""Channel rules: what an administrator may enter, before it decides about every visitor."""

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestChannelRules(TransactionCase):
    def refused(self, words, **conditions):
        with self.assertRaisesRegex(ValidationError, words):
            self.env["conversion.channel.rule"].create(
                {"name": "Rule", "channel": "referral", **conditions}
            )

    def test_a_rule_without_a_condition(self):
        self.refused("would fit everything", mediums=" \n")

    def test_a_click_id_nobody_knows(self):
        self.refused("is no click id we know", click_ids="gclid\nclickid")

    def test_a_line_longer_than_any_value(self):
        for field in ("mediums", "sources", "hosts"):
            self.refused("longer than 255 characters", **{field: "email\n" + "a*" * 128})
