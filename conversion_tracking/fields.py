"""Fields for quotients: empty, instead of zero, when there was nothing to divide by."""

from odoo import fields


class EmptyWithoutDenominator:
    """Lets a computed number be ``False``: on screen, in exports and through the API.

    Odoo's own number fields turn an empty value into zero, and a return of 0 % is a
    statement that nobody made.
    """

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False else value


class Ratio(EmptyWithoutDenominator, fields.Float):
    """A quotient, such as a percentage; ``False`` without a denominator."""


class UnitCost(EmptyWithoutDenominator, fields.Monetary):
    """An amount for one unit, such as the cost per lead; ``False`` without units."""
