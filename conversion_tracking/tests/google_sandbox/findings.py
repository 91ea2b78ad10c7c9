"""What the Data Manager API found wrong with a request."""


class Findings:
    """Collects violations (which refuse the whole request) and warnings.

    ``violations`` holds (field path, ``ErrorReason`` name, description), ``warnings``
    (field path, ``WarningReason`` name, description). ``denied`` is the path of a
    destination that the caller may not use at all.
    """

    def __init__(self):
        self.violations = []
        self.warnings = []
        self.denied = None

    def refuse(self, path, reason, description=None):
        """Note a violation; without a description, the reason in words."""
        self.violations.append((path, reason, description or _in_words(reason)))

    def missing(self, path):
        """Note that a required field is missing."""
        self.refuse(path, "REQUIRED_FIELD_MISSING", "Required field is missing.")

    def warn(self, path, reason, description=None):
        """Note a problem of an optional field, which is then ignored."""
        description = description or _in_words(reason)
        self.warnings.append((path, f"WARNING_REASON_{reason}", description))


def _in_words(reason):
    return reason.replace("_", " ").capitalize() + "."
