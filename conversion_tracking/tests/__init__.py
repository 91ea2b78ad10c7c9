from . import test_capture, test_person_rules
