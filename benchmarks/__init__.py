"""What is measured side by side (``make bench``), and killed on purpose (``make kill``)."""
