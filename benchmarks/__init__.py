"""What is measured side by side, and what is killed on purpose. Run by ``make bench``, ``make kill``."""
