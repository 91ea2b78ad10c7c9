"""What somebody typed or pasted and cannot work."""


class InputError(ValueError):
    """Wrong input, with a message that says what to do.

    :ivar text: the message as it is translated, with placeholders such as ``%(name)s``
    :ivar values: what the placeholders stand for
    """

    def __init__(self, text: str, **values: str):
        self.text = text
        self.values = values
        super().__init__(text % values if values else text)
