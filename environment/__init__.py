"""Builds and runs everything the add-on needs: Odoo 19, Python packages, PostgreSQL, a browser.

Start with ``python3 -m environment help``. Everything lives in the git-ignored folder
``.environment/``; only the Python standard library is used here.
"""
