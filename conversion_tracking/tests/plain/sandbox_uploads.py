"""Making and reading uploads of click conversions with Google's unmodified client."""

from datetime import timedelta

from sandbox_messages import date_time, row_errors
from sandbox_world import CUSTOMER, GCLID, SALES

FAMILY = "conversion_upload_error"


class Uploads:
    """Uploads rows for a project that may still use the old service."""

    def __init__(self, sandbox, make_client):
        sandbox.update("project/old_upload_allowed", True)
        # A client keeps its token, however far a test moves the clock.
        sandbox.switch("token_minutes", 200 * 24 * 60)
        self._sandbox = sandbox
        self.client = make_client()
        self._service = self.client.get_service("ConversionUploadService")

    def ago(self, **delta):
        """Return the sandbox's time so long ago, as the Google Ads API writes times."""
        return date_time(self._sandbox.now() - timedelta(**delta))

    def row(self, action=SALES, **values):
        """Return a conversion an hour ago; arguments replace fields, None leaves one out."""
        conversion = self.client.get_type("ClickConversion")
        defaults = {
            "gclid": GCLID,
            "conversion_action": f"customers/{CUSTOMER}/conversionActions/{action}",
            "conversion_date_time": self.ago(hours=1),
            "conversion_value": 1200.0,
            "currency_code": "EUR",
            "order_id": "odoo-3f9a1c2b-lead-42-won",
        }
        for name, value in (defaults | values).items():
            if value is not None:
                setattr(conversion, name, value)
        return conversion

    def person(self, *entries):
        """Return user identifiers, each from a dict of its fields."""
        made = []
        for entry in entries:
            identifier = self.client.get_type("UserIdentifier")
            for name, value in entry.items():
                setattr(identifier, name, value)
            made.append(identifier)
        return made

    def send(self, *rows, customer_id=CUSTOMER, **options):
        """Upload rows; return the response."""
        request = {
            "customer_id": customer_id,
            "conversions": list(rows),
            "partial_failure": True,
        } | options
        return self._service.upload_click_conversions(request=request, timeout=20)

    def errors(self, *rows, **options):
        """Upload rows; return {row: [codes]}, the upload's own family without its prefix."""
        found = row_errors(self.send(*rows, **options), "conversions")
        return {
            number: [name.removeprefix(f"{FAMILY}.") for name in names]
            for number, names in found.items()
        }
