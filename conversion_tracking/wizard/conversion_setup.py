from odoo import api, fields, models


class ConversionSetup(models.TransientModel):
    """The steps from installation to the first delivered conversion, as they stand now.

    Each step asks the records themselves: nothing is ticked off by hand, and what breaks later is
    open again.
    """

    _name = "conversion.setup"
    _description = "Set-up"

    website_id = fields.Many2one(
        "website",
        required=True,
        readonly=True,
        default=lambda self: self.env["website"].get_current_website(),
    )
    step_ids = fields.One2many("conversion.setup.step", "setup_id", readonly=True)
    open_step_ids = fields.One2many(
        "conversion.setup.step", compute="_compute_progress", string="To do"
    )
    done_step_ids = fields.One2many(
        "conversion.setup.step", compute="_compute_progress", string="Done"
    )
    progress = fields.Float(compute="_compute_progress", help="Share of the steps that are done.")
    conclusion = fields.Char(compute="_compute_progress")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Set-up")

    @api.depends("step_ids.state")
    def _compute_progress(self):
        for setup in self:
            done = setup.step_ids.filtered(lambda step: step.state == "done")
            setup.done_step_ids = done
            setup.open_step_ids = setup.step_ids - done
            setup.progress = 100 * len(done) / len(setup.step_ids) if setup.step_ids else 0
            setup.conclusion = self.env._(
                "%(done)s of %(steps)s steps are done.", done=len(done), steps=len(setup.step_ids)
            )

    @api.model
    def action_open(self):
        """Open the page, with the steps as they stand now."""
        setup = self.create({})
        setup.action_refresh()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set-up"),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
        }

    def action_refresh(self):
        """Look again at what is done."""
        self.ensure_one()
        steps = [{**step, "sequence": number} for number, step in enumerate(self._get_steps())]
        self.step_ids = [fields.Command.clear(), *map(fields.Command.create, steps)]

    def _get_steps(self):
        """Values of the steps, in the order in which they are best done. Override to add some."""
        yield self._get_consent_step()
        yield self._get_form_step()
        yield self._get_test_step()
        yield self._get_access_step()
        yield self._get_link_step()
        yield self._get_visit_step()

    def _get_step(self, title, who, minutes, is_done, meaning, action, *, waits=False):
        """Values of a step.

        :param who: does it
        :param meaning: how it stands or what to do, in words
        :param action: XML id of the action that opens the place where it is done
        :param waits: whether nothing has to be done for it but to wait
        """
        return {
            "title": title,
            "who": who,
            "minutes": minutes,
            "state": "done" if is_done else "waiting" if waits else "open",
            "meaning": meaning,
            "action": action,
        }

    def _get_consent_step(self):
        is_done = self.website_id.cookies_bar
        return self._get_step(
            self.env._("Ask visitors for consent"),
            self.env._("Webmaster"),
            1,
            is_done,
            self.env._("The cookies bar asks; without consent nothing is remembered.")
            if is_done
            else self.env._(
                "Switch on the cookies bar in the website's settings. Without it the consent of "
                "leads is unknown, and Google may refuse them."
            ),
            "website.action_website_configuration",
        )

    def _get_form_step(self):
        pages = self.website_id._get_website_pages(
            [("is_published", "=", True), ("arch_db", "ilike", 'data-model_name="crm.lead"')]
        )
        return self._get_step(
            self.env._("Let a form make leads"),
            self.env._("Webmaster"),
            2,
            bool(pages),
            self.env._(
                "Leads come by the forms of %(pages)s.", pages=", ".join(pages[:5].mapped("url"))
            )
            if pages
            else self.env._(
                "The contact form of a new website sends an e-mail and makes no lead. Open the "
                "self-test, run it, and press Mend."
            ),
            "conversion_tracking.conversion_self_test_action",
        )

    def _get_test_step(self):
        tested = self.website_id.sudo()
        if tested.conversion_test_passed:
            meaning = self.env._(
                "A visit by an ad became a lead on %(moment)s.",
                moment=fields.Date.to_string(tested.conversion_tested_at),
            )
        elif tested.conversion_tested_at:
            meaning = self.env._("The last test stopped half-way. Open it, it says what to do.")
        else:
            meaning = self.env._("Odoo visits your website as a customer does; nothing is kept.")
        return self._get_step(
            self.env._("Test your website"),
            self.env._("Administrator"),
            1,
            tested.conversion_test_passed,
            meaning,
            "conversion_tracking.conversion_self_test_action",
        )

    def _get_access_step(self):
        group = self.env.ref("conversion_tracking.group_user").sudo()
        people = group.all_user_ids.filtered(lambda user: user.active and not user.share)
        colleagues = people - self.env.user
        return self._get_step(
            self.env._("Let your colleagues in"),
            self.env._("Administrator"),
            2,
            bool(colleagues),
            self.env._("%(count)s colleagues see the app.", count=len(colleagues))
            if colleagues
            else self.env._(
                "Make marketing people Users or Managers of Conversion Tracking. Salespeople see "
                "where their leads come from without that."
            ),
            "base.action_res_users",
        )

    def _get_link_step(self):
        links = self.env["link.tracker"].sudo().search_count([("company_id", "!=", False)])
        return self._get_step(
            self.env._("Tag your links"),
            self.env._("Marketing"),
            5,
            bool(links),
            self.env._("%(count)s links were built.", count=links)
            if links
            else self.env._(
                "Links in mails, posts and banners tell where visitors come from only when they "
                "carry tags. The UTM builder writes them alike, one or many at once."
            ),
            "conversion_tracking.link_tracker_built_action",
        )

    def _get_visit_step(self):
        visits = (
            self.env["conversion.touchpoint"].sudo().search_count([("kind", "=", "visit")], limit=1)
        )
        return self._get_step(
            self.env._("First touchpoint"),
            self.env._("Your visitors"),
            0,
            bool(visits),
            self.env._("Touchpoints are coming in.")
            if visits
            else self.env._(
                "Comes by itself, with the first lead whose visitor came by an ad or a link."
            ),
            "conversion_tracking.conversion_touchpoint_action",
            waits=True,
        )
