"""Waiting for Google no longer than a person waits in front of a screen."""

import threading

from .errors import TransportFault, make_fault

CALL_SECONDS = 10.0  # for one call
JOB_SECONDS = 100.0  # for one answer to a job, however long; Odoo ends its workers after 120
PATIENCE_SECONDS = 25.0  # for all calls of one button; browsers and proxies give up at 30 to 60


def answer_in_time(question, seconds=None):
    """The answer of ``question()``, which must not touch the database.

    It runs in a thread of its own: a button makes several calls, each of which may need its whole
    time limit. What still runs when the time is over ends by those limits, unheard.

    :param seconds: to wait at most, by default ``PATIENCE_SECONDS``
    :raise TransportFault: no answer in time, or what the question raises itself
    """
    answers, errors = [], []

    def ask():
        try:
            answers.append(question())
        except Exception as error:  # raised below, where somebody waits for it
            errors.append(error)

    thread = threading.Thread(target=ask, name="google_ads", daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS if seconds is None else seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TransportFault(make_fault("NO_ANSWER_IN_TIME"))
    return answers[0]
