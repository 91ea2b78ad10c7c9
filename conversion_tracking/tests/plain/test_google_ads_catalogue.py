"""The catalogue knows every code that Google's installed libraries know, and no other."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import google_ads
from google_ads.ads_failure import API_VERSION
from google_ads.catalogue import (
    ACTION_CODES,
    CATALOGUE,
    ERROR_CLASSES,
    IOS_CLICK_CODES,
    WRONG_ACCOUNT_CODES,
    entry,
)
from google_ads.catalogue.google_ads import GOOGLE_ADS_ERRORS, OTHER_MEMBERS
from google_ads.errors import make_fault

COMPLETE = ("ConversionUploadError", "ConversionAdjustmentUploadError")


def ads_members(source):
    """Names of the members of an error enum of the Google Ads API."""
    types = import_module(f"google.ads.googleads.{API_VERSION}.errors")
    return set(getattr(getattr(types, f"{source}Enum"), source).__members__)


@pytest.mark.parametrize("source", COMPLETE)
def test_every_upload_error_of_the_google_ads_api_is_known(source):
    assert set(CATALOGUE[source]) == ads_members(source)


@pytest.mark.parametrize("source", ["ErrorReason", "ProcessingErrorReason"])
def test_every_error_of_the_data_manager_api_is_known(source):
    from google.ads import datamanager_v1

    assert set(CATALOGUE[source]) == set(getattr(datamanager_v1, source).__members__)


@pytest.mark.parametrize("source", sorted(GOOGLE_ADS_ERRORS))
def test_general_errors_exist_at_google(source):
    assert set(GOOGLE_ADS_ERRORS[source]) <= ads_members(source)


@pytest.mark.parametrize(
    "source",
    [
        "QuotaError",
        "AuthenticationError",
        "AuthorizationError",
        "HeaderError",
        "NotAllowlistedError",
        "PartialFailureError",
        "CurrencyCodeError",
        "ClickViewError",
    ],
)
def test_errors_of_access_and_limits_are_complete(source):
    assert ads_members(source) - {"UNSPECIFIED", "UNKNOWN"} == set(GOOGLE_ADS_ERRORS[source])


@pytest.mark.parametrize("source", sorted(OTHER_MEMBERS))
def test_kinds_of_request_faults_exist_at_google(source):
    assert "UNKNOWN" in ads_members(source)
    assert entry(source, "SOME_OTHER_MEMBER").error_class == "permanent"


def test_every_entry_says_what_happened_and_what_to_do():
    for source, entries in CATALOGUE.items():
        for code, known in entries.items():
            assert known.error_class in ERROR_CLASSES, (source, code)
            for text in (known.meaning, known.remedy):
                assert text.endswith("."), (source, code, text)
                assert text[0].isupper(), (source, code, text)
                assert code not in text, (source, code)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("ConversionUploadError", "CLICK_FROM_MARS"),
        ("ConversionUploadError", "999"),
        ("RequestError", "999"),
        ("RequestError", "UNKNOWN"),
        ("ErrorReason", "NEW_REASON"),
        ("NewKindOfError", "NEW_REASON"),
    ],
)
def test_a_code_nobody_has_read_is_unknown(source, code):
    assert entry(source, code).error_class == "unknown"


@pytest.mark.parametrize(
    ("source", "code", "error_class"),
    [
        ("ConversionUploadError", "TOO_RECENT_EVENT", "waiting"),
        ("ConversionUploadError", "ORDER_ID_ALREADY_IN_USE", "duplicate"),
        ("ConversionUploadError", "CLICK_NOT_FOUND", "unmatched"),
        ("ConversionUploadError", "EXPIRED_EVENT", "permanent"),
        ("ConversionUploadError", "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS", "configuration"),
        ("ConversionAdjustmentUploadError", "CONVERSION_ALREADY_RETRACTED", "duplicate"),
        ("QuotaError", "RESOURCE_EXHAUSTED", "retry"),
        ("InternalError", "TRANSIENT_ERROR", "retry"),
        ("NotAllowlistedError", "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", "configuration"),
        ("ErrorReason", "CONVERSION_ACTION_TOO_RECENTLY_CREATED", "waiting"),
        ("ErrorReason", "INVALID_EVENT", "permanent"),
        ("ProcessingErrorReason", "PROCESSING_ERROR_REASON_TOO_RECENT_CLICK", "waiting"),
        ("ProcessingErrorReason", "PROCESSING_ERROR_REASON_UNKNOWN_CONSENT", "consent"),
        ("ProcessingErrorReason", "PROCESSING_ERROR_REASON_DUPLICATE_GCLID", "duplicate"),
        ("WarningReason", "WARNING_REASON_GENERIC", "warning"),
    ],
)
def test_classes_that_decide_what_happens_next(source, code, error_class):
    assert entry(source, code).error_class == error_class


@pytest.mark.parametrize("code", [*ACTION_CODES, *IOS_CLICK_CODES, *WRONG_ACCOUNT_CODES])
def test_what_concerns_less_than_the_account_is_known_and_somebody_s_task(code):
    known = [entries[code] for entries in CATALOGUE.values() if code in entries]
    assert {one.error_class for one in known} == {"configuration"}
    source = next(source for source, entries in CATALOGUE.items() if code in entries)
    assert not make_fault(code, source).stops_account


def marked_texts():
    """Texts inside calls of ``_``, where Odoo's export of translations looks for them."""
    package = Path(google_ads.__file__).parent
    calls = (
        node
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    )
    return {call.args[0].value for call in calls}


def test_every_text_can_be_translated():
    shown = {
        text
        for entries in CATALOGUE.values()
        for known in entries.values()
        for text in (known.meaning, known.remedy)
    }
    new_code = entry("NewKindOfError", "NEW_REASON")
    assert shown | {new_code.meaning, new_code.remedy} <= marked_texts()
