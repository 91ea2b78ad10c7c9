"""Which addresses and numbers are somebody's."""

import csv
import unittest
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from attribution.identity import DELIVERABLE_LENGTH, Filler

DATA = Path(__file__).parents[2] / "data" / "conversion.filler.csv"
SIGNS = st.sampled_from("ab@.*+-_ \n\\|()[]^$")


def delivered():
    with DATA.open() as file:
        return Filler(tuple(row["name"] for row in csv.DictReader(file)))


class FillerTest(unittest.TestCase):
    def setUp(self):
        self.filler = delivered()

    def test_what_is_no_address_or_number_tells_nobody(self):
        for text in ("", None, False, "-", "n/a", "none", "@", "a@", "@b.com", "none@none", "a@b"):
            with self.subTest(text):
                self.assertEqual(self.filler.tell_email(text), "")
        for text in (
            "",
            None,
            False,
            "-",
            "n/a",
            "0",
            "+",
            "+0",
            "+31",
            "12345678",
            "020 555 0100",
        ):
            with self.subTest(text):
                self.assertEqual(self.filler.tell_phone(text), "")

    def test_filler_and_shared_mailboxes_tell_nobody(self):
        for email in (
            "noreply@shop.com",
            "no-reply@mail.shop.co.uk",
            "noreply+77@shop.com",
            "test@test.com",
            "test@test.nl",
            "x@none.com",
            "ann@web.invalid",
            "info@firm.nl",
            "sales@firm.com",
            "office@firm.at",
            "postmaster@firm.com",
        ):
            with self.subTest(email):
                self.assertEqual(self.filler.tell_email(email), "")
        for phone in ("+31200000000", "+12199999999", "+4912345678"):
            with self.subTest(phone):
                self.assertEqual(self.filler.tell_phone(phone), "")

    def test_people_are_told(self):
        for email in (
            "ann@example.com",
            "informatie.jan@firm.nl",
            "infotech@gmail.com",
            "ann.sales@firm.com",
            "testa@firm.com",
            "jörg@müller.de",
            "o'neil+crm@firm.co.uk",
        ):
            with self.subTest(email):
                self.assertEqual(self.filler.tell_email(email), email)
        for phone in ("+31205550100", "+12025550123", "+31612345699"):
            with self.subTest(phone):
                self.assertEqual(self.filler.tell_phone(phone), phone)

    def test_a_pattern_is_taken_to_the_letter_but_its_stars(self):
        filler = Filler(("a.b+c@*", "X@Y.com"))
        self.assertEqual(filler.tell_email("a.b+c@firm.com"), "")
        self.assertEqual(filler.tell_email("aXb+c@firm.com"), "aXb+c@firm.com")
        self.assertEqual(filler.tell_email("x@y.com"), "")

    def test_a_mailbox_a_domain_and_other_patterns_are_all_looked_at(self):
        others = ("a*b@*", "*@*.test", "x@y.com", "@*", "*@", "*@*@*")
        filler = Filler(("Info@*", "*@Firm.com", *others))
        self.assertEqual(filler.mailboxes, {"info"})
        self.assertEqual(filler.domains, {"firm.com"})
        self.assertEqual(filler.addresses, set(others))
        self.assertFalse(filler.numbers)
        for email in ("info@a.nl", "ann@firm.com", "axxb@a.nl", "ann@web.test", "x@y.com"):
            with self.subTest(email):
                self.assertEqual(filler.tell_email(email), "")
        for email in ("information@a.nl", "ann@sub.firm.com", "x@y.com.nl"):
            with self.subTest(email):
                self.assertEqual(filler.tell_email(email), email)

    def test_an_address_that_no_mail_reaches_is_nobodys(self):
        longest = "a" * (DELIVERABLE_LENGTH - len("@a.nl")) + "@a.nl"
        self.assertEqual(self.filler.tell_email(longest), longest)
        self.assertEqual(self.filler.tell_email("a" + longest), "")

    def test_without_patterns_everybody_with_an_address_is_somebody(self):
        self.assertEqual(Filler().tell_email("info@firm.nl"), "info@firm.nl")

    @given(st.lists(st.text(SIGNS, max_size=8), max_size=4), st.text(SIGNS, max_size=12))
    def test_any_pattern_can_be_read(self, patterns, text):
        filler = Filler(tuple(patterns))
        self.assertIn(filler.tell_email(text), ("", text))
        self.assertIn(filler.tell_phone(text), ("", text))


if __name__ == "__main__":
    unittest.main()
