"""Texts that a spreadsheet would take for a formula."""

# A program that opens a CSV file in East Asia takes the wide signs, too.
CSV_FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# In a workbook a text is a text, except for the library that writes it.
WORKBOOK_FORMULAS = ("=", "{=")


def as_text(value, formulas):
    """``value`` with an apostrophe before each text in it that begins as a formula does.

    :param value: a text, or lists, tuples and dictionaries of texts; anything else stays
    """
    if isinstance(value, str):
        return f"'{value}" if value.startswith(formulas) else value
    if isinstance(value, list | tuple):
        return type(value)(as_text(one, formulas) for one in value)
    if isinstance(value, dict):
        return {key: as_text(one, formulas) for key, one in value.items()}
    return value
