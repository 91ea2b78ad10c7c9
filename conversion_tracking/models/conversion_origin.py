from datetime import datetime, timezone
from threading import current_thread
from typing import NamedTuple

from odoo import api, fields, models
from odoo.http import request

from ..attribution.addresses import page_path
from ..attribution.channels import DIRECT, OFFLINE
from ..attribution.click_ids import click_platform
from ..attribution.handover import FIELD, read_handover
from ..attribution.parameters import parse_landing_url
from ..attribution.touch import CLICK_IDS, Touch
from .conversion_cookie_mixin import LONGEST

UTM_FIELDS = ("source_id", "medium_id", "campaign_id")
# Set on the lead by a survey and a chat.
ANSWERED = ("origin_survey_id", "origin_channel_id")
API_PATHS = ("/xmlrpc", "/jsonrpc", "/json/2", "/web/hook")


class Landing(NamedTuple):
    """What a lead that came another way tells of a visit to a website: address and time.

    :param touch: the touch of the address, ``None`` when none is given
    :param landed_at: when it was, in UTC without a time zone; ``None`` when nobody knows
    """

    touch: Touch | None
    landed_at: datetime | None


NO_LANDING = Landing(None, None)


class ConversionOrigin(models.AbstractModel):
    """Where a new lead comes from: a visit, a landing address, chosen values, or another way.

    Everything here is in values of touchpoints that are still to be made.
    """

    _name = "conversion.origin"
    _description = "Origin of a Lead"

    @api.model
    def _read_landing(self, vals):
        """The :class:`Landing` of a new lead, by its address and time, which are removed from
        ``vals``: they are read here, once.

        Without a time, or with one that is still to come, the visit was some time before the lead
        was created. So the latest it can have been is the time of its touch, and whatever is
        said of the 90 days after a click holds.
        """
        landing_url = vals.pop("landing_url", None)
        landed_at = fields.Datetime.to_datetime(vals.pop("landed_at", None))
        if landed_at and landed_at > fields.Datetime.now():
            landed_at = None
        if not landing_url or not isinstance(landing_url, str):
            return NO_LANDING._replace(landed_at=landed_at)
        # not later than the lead's date of creation, which is the begin of the transaction
        moment = landed_at or self.env.cr.now()
        touch = parse_landing_url(
            landing_url,
            now=moment.replace(tzinfo=timezone.utc),
            harmless=self.env["ir.http"]._get_harmless_parameters(),
        )
        return Landing(touch, landed_at)

    @api.model
    def _read_handover(self, vals):
        """The visit that another site handed over with a new lead, as :class:`Visit`.

        It is removed from ``vals``: it is read here, once. ``None`` without one, and for what
        cannot be read: the lead comes in all the same, by its landing address or its way.
        """
        text = vals.pop(FIELD, None)
        if not text or not isinstance(text, str):
            return None
        website = self.env["website"]
        return read_handover(
            text,
            # not later than the lead's date of creation, which is the begin of the transaction
            now=self.env.cr.now().replace(tzinfo=timezone.utc),
            own_hosts=website._get_own_hosts(),
            own_links=website._are_own_links_marketing(),
            longest=LONGEST,
            harmless=self.env["ir.http"]._get_harmless_parameters(),
        )

    @api.model
    def _get_rows(self, vals, visit, names, landing=NO_LANDING):
        """Values of the touches that led to a new lead, oldest first.

        :param names: UTM records by name, see ``utm.finder``
        :param landing: the lead's :class:`Landing`
        """
        explicit = self._get_explicit(vals, visit)
        if touch := landing.touch:
            row = self._prepare_touch(touch, names)
            if touch.is_direct and explicit:
                values = self._prepare_explicit(explicit, names)
                row = {**values, "landing_page": touch.landing_page}
            return [{**row, **self._get_time(landing)}]
        if visit:
            rows = self._get_visit_rows(visit, names)
            if visit.tracked and explicit:
                rows = [row for row in rows if row["channel"] != DIRECT]
                if not (rows and self._says_no_more(explicit, rows[-1], vals)):
                    # The form itself says what it counts for.
                    rows.append(self._prepare_explicit(explicit, names))
            return rows
        if explicit and not vals.get("origin_channel_id"):
            values = self._prepare_explicit(explicit, names)
            return [{**values, **self._get_time(landing)} if landing.landed_at else values]
        return [self._prepare_offline(vals)]

    @api.model
    def _get_time(self, landing):
        if landing.landed_at:
            return {"occurred_at": landing.landed_at}
        return {"time_unknown": True}

    def _says_no_more(self, explicit, row, vals):
        """Whether chosen UTM records add nothing to the visit that led to a lead.

        An event registration hands on those of the visit itself. A survey and a chat robot name
        themselves as the source: a way in, which did not bring anybody.

        :param row: values of the visit
        """
        handed_on = all(
            (row.get(name) or False) == explicit.get(name, False) for name in UTM_FIELDS
        )
        return handed_on or any(vals.get(name) for name in ANSWERED)

    @api.model
    def _get_last_visit_values(self):
        """The UTM fields of the visit that led to the current request, as one whole.

        Empty outside a visitor's request, without consent, and after nothing but direct visits.
        """
        visit = self.env["ir.http"]._current_visit()
        latest = visit and visit.journey.latest
        if not latest:
            return {}
        # all of the journey, in the order in which its form looks for them, too
        names = self.env["utm.finder"]._find(visit.journey.touches)
        row = self._prepare_touch(latest, names)
        return {name: row[name] for name in UTM_FIELDS}

    @api.model
    def _get_visit_rows(self, visit, names):
        if not visit.tracked:
            return []
        # A rule may have been added since the browser was there: then it was no touch after all.
        is_ignored = self.env["conversion.channel.rule"]._is_ignored
        touches = [touch for touch in visit.journey.touches if not is_ignored(touch)]
        if touches:
            if not names:
                names.update(self.env["utm.finder"]._find(touches))
            return [self._prepare_touch(touch, names) for touch in touches]
        now = datetime.now(timezone.utc).replace(microsecond=0)
        return [self._prepare_touch(Touch(now, landing_page=visit.page), names)]

    @api.model
    def _prepare_touch(self, touch, names):
        """Values of a touchpoint for a plain touch.

        :param names: UTM records by name, see ``utm.finder``
        """
        channel, source, medium = self.env["conversion.channel.rule"]._describe(touch)
        finder = self.env["utm.finder"]
        return {
            "occurred_at": touch.occurred_at.astimezone(timezone.utc).replace(tzinfo=None),
            "channel": channel,
            "source_id": finder._get_id("utm.source", source, names),
            "medium_id": finder._get_id("utm.medium", medium, names),
            "campaign_id": finder._get_campaign_id(touch, names),
            "click_platform": click_platform(touch) or False,
            "own_link": touch.own_link,
            **{
                name: getattr(touch, name) or False
                for name in ("term", "content", "referrer", "landing_page", *CLICK_IDS)
            },
        }

    @api.model
    def _get_explicit(self, vals, visit):
        """UTM records somebody chose; core gives every website form a medium of its own."""
        explicit = {name: vals[name] for name in UTM_FIELDS if vals.get(name)}
        is_form = visit or (request and getattr(request, "is_frontend", False))
        return {} if is_form and explicit.keys() == {"medium_id"} else explicit

    @api.model
    def _prepare_explicit(self, utm, names):
        """A touch known only by the UTM records somebody chose.

        :param names: remembers the channel of the same records, for a whole batch
        """
        key = ("channel", *utm.items())
        if key not in names:
            texts = {
                name: self.env[f"utm.{name}"].sudo().browse(utm.get(f"{name}_id")).name or ""
                for name in ("source", "medium", "campaign")
            }
            touch = Touch(datetime.now(timezone.utc), **texts)
            names[key] = self.env["conversion.channel.rule"]._describe(touch)[0]
        return {"occurred_at": fields.Datetime.now(), "channel": names[key], **utm}

    @api.model
    def _prepare_offline(self, vals):
        return {
            "occurred_at": fields.Datetime.now(),
            "channel": OFFLINE,
            "source_id": vals.get("source_id") or self._get_way_in(vals).id,
        }

    @api.model
    def _get_way_in(self, vals):
        """Source that names the way a lead came in without marketing: typed, import, ...

        Override for other ways; ``vals`` are the values of the lead.
        """
        # XML-RPC and JSON-RPC hide the request from what they call; the server's thread knows it.
        path = page_path(getattr(current_thread(), "url", ""))
        if way := self.env.context.get("conversion_way"):
            name = way
        elif self.env.context.get("import_file"):
            name = "import"
        elif vals.get("origin_channel_id"):
            name = "livechat"
        elif path.startswith(API_PATHS):
            name = "api"
        elif request and request.env.uid and request.env.user._is_internal():
            name = "typed"
        else:
            name = "automatic"
        # unlike env.ref, without a query for each of ten thousand leads
        source_id = self.env["ir.model.data"]._xmlid_to_res_id(
            f"conversion_tracking.utm_source_{name}", raise_if_not_found=False
        )
        return self.env["utm.source"].browse(source_id)
