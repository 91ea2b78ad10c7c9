"""Marketing attribution in plain Python: no Odoo, no database, no clock of its own.

* ``touch``: one marketing contact of a browser, and the journey they form;
* ``parameters``: hostile URLs in, clean touches out;
* ``browsers``: who opens a page, a person or a program;
* ``referrers``: which pages refer nobody, which hosts share a cookie;
* ``redirects``: what a redirect carries on of a link;
* ``channels``: which channel a touch belongs to; ``patterns``: what its rules are written in;
* ``sites``: sites that visitors come from, by category; ``site_list``: those we come with;
* ``consent``: what a visitor answered about cookies;
* ``cookie``: a journey as a signed cookie of at most 4 KB;
* ``handover``: a journey that a site which is not Odoo's hands over with a form;
* ``credit``: how the touches that led to a deal share the credit for it;
* ``allocation``: sharing an amount without losing a cent;
* ``cost_rows``: costs pasted from a spreadsheet;
* ``zones``: time zones as a few steps.
"""
