"""The rows of each resource, as flat dicts ``{"campaign.id": 1, ...}``.

Enum values are member names, or numbers for members newer than the client. A field that is
missing from a row is unset.
"""

from datetime import datetime, timedelta

# From noon in UTC to the farthest end of the same day in any time zone, and some more.
LONGEST_DAY = timedelta(hours=27)


def customer_fields(call, account_id):
    """Return the ``customer.*`` fields of an account, as the caller sees them."""
    account = call.world.accounts[account_id]
    owner = account.get("conversion_customer")
    if owner is None:
        status = "NOT_CONVERSION_TRACKED"
    elif owner == account_id:
        status = "CONVERSION_TRACKING_MANAGED_BY_SELF"
    elif owner == call.login_customer:
        status = "CONVERSION_TRACKING_MANAGED_BY_THIS_MANAGER"
    else:
        status = "CONVERSION_TRACKING_MANAGED_BY_ANOTHER_MANAGER"
    setting = "customer.conversion_tracking_setting."
    # Terms and setting are those of the account that tracks the conversions.
    source = call.world.accounts.get(owner, account)
    switch = "ON" if source.get("enhanced_conversions") else "OFF"
    row = {
        "customer.resource_name": f"customers/{account_id}",
        "customer.id": int(account_id),
        "customer.descriptive_name": account["name"],
        "customer.currency_code": account["currency"],
        "customer.time_zone": account["time_zone"],
        "customer.manager": bool(account.get("manager")),
        "customer.test_account": bool(account.get("test_account")),
        "customer.status": account["status"],
        "customer.auto_tagging_enabled": bool(account.get("auto_tagging")),
        setting + "conversion_tracking_status": status,
        setting + "conversion_tracking_id": account.get("conversion_tracking_id") or 0,
        setting + "accepted_customer_data_terms": bool(source.get("terms_accepted")),
        setting + "enablement_setting": "ON" if account.get("enhanced_conversions") else "OFF",
        setting + "effective_enablement_setting": switch,
    }
    if owner:
        row[setting + "google_ads_conversion_customer"] = f"customers/{owner}"
    if owner and owner != account_id:
        row[setting + "cross_account_conversion_tracking_id"] = source["conversion_tracking_id"]
    return row


def customer_clients(call, account_id, plan):
    """Yield the account itself and every account below it."""
    for client_id, level in call.world.clients(account_id):
        client = call.world.accounts[client_id]
        yield customer_fields(call, account_id) | {
            "customer_client.resource_name": f"customers/{account_id}/customerClients/{client_id}",
            "customer_client.client_customer": f"customers/{client_id}",
            "customer_client.id": int(client_id),
            "customer_client.level": level,
            "customer_client.descriptive_name": client["name"],
            "customer_client.currency_code": client["currency"],
            "customer_client.time_zone": client["time_zone"],
            "customer_client.manager": bool(client.get("manager")),
            "customer_client.test_account": bool(client.get("test_account")),
            "customer_client.hidden": False,
            "customer_client.status": client["status"],
        }


def conversion_actions(call, account_id, plan):
    """Yield the conversion actions of the account's conversion customer."""
    owner = call.world.conversion_customer(account_id) or account_id
    for action_id, action in call.world.accounts[owner]["conversion_actions"].items():
        yield customer_fields(call, account_id) | action_fields(owner, action_id, action)


def action_fields(owner, action_id, action):
    """Return the ``conversion_action.*`` fields of one conversion action."""
    one = "conversion_action."
    return {
        one + "resource_name": f"customers/{owner}/conversionActions/{action_id}",
        one + "id": int(action_id),
        one + "name": action["name"],
        one + "type": action["type"],
        one + "status": action["status"],
        one + "origin": "WEBSITE",
        one + "category": action["category"],
        one + "counting_type": action["counting"],
        one + "primary_for_goal": bool(action.get("primary")),
        one + "include_in_conversions_metric": bool(action.get("primary")),
        one + "owner_customer": f"customers/{owner}",
        one + "click_through_lookback_window_days": action.get("window_days", 30),
        one + "view_through_lookback_window_days": action.get("view_window_days", 1),
        one + "value_settings.default_value": action.get("default_value", 0.0),
        one + "value_settings.default_currency_code": action.get("default_currency", ""),
        one + "value_settings.always_use_default_value": bool(action.get("always_default")),
        one + "attribution_model_settings.attribution_model": action.get(
            "attribution_model", "GOOGLE_ADS_LAST_CLICK"
        ),
    }


def campaigns(call, account_id, plan):
    """Yield campaigns, and one row a day when the query names a date or a metric."""
    for row, day in _campaign_days(call, account_id, plan.uses_days):
        yield row | (day_fields(*day) if day else {})


def customers(call, account_id, plan):
    """Yield the account, and one row a campaign and day when days are asked for."""
    customer = customer_fields(call, account_id)
    yield customer
    for _, day in _campaign_days(call, account_id, plan.uses_days):
        if day:
            yield customer | day_fields(*day)


def _campaign_days(call, account_id, uses_days):
    """Yield each campaign's fields, first alone, then with each of its days.

    A day is (date, cost, clicks, impressions, conversions, value).
    """
    world, customer = call.world, customer_fields(call, account_id)
    today = world.local_date(account_id, world.loaded_at)
    reported = reported_conversions(call, account_id) if uses_days else {}
    for campaign_id, campaign in world.accounts[account_id].get("campaigns", {}).items():
        row = customer | campaign_fields(account_id, campaign_id, campaign)
        yield row, None
        if not uses_days:
            continue
        days = {
            (today - timedelta(days=ago)).isoformat(): (cost, clicks, impressions)
            for ago, cost, clicks, impressions in campaign.get("days", ())
        }
        for day in sorted(days.keys() | {d for c, d in reported if c == campaign_id}):
            numbers = days.get(day, (0, 0, 0)) + reported.get((campaign_id, day), (0, 0.0))
            yield row, (day, *numbers)


def day_fields(day, cost, clicks, impressions, conversions, value):
    """Return the date and the metrics of one day; ``cost`` in units of the currency."""
    return {
        "segments.date": day,
        "metrics.cost_micros": round(cost * 1_000_000),
        "metrics.clicks": clicks,
        "metrics.impressions": impressions,
        "metrics.conversions": float(conversions),
        "metrics.conversions_value": value,
        "metrics.all_conversions": float(conversions),
        "metrics.all_conversions_value": value,
    }


def reported_conversions(call, account_id, level="campaign"):
    """Return {(campaign, click's day): (conversions, value)} from the ledger.

    :param level: ``ad_group`` for those of ad groups; clicks without one are left out
    """
    totals = {}
    for conversion in call.sandbox.ledger.conversions:
        click = call.world.clicks.get(conversion.click)
        if click and click["account"] == account_id and click.get(level) and conversion.count:
            day = call.world.local_date(account_id, click["clicked"]).isoformat()
            count, value = totals.get((click[level], day), (0, 0.0))
            totals[click[level], day] = (count + 1, value + conversion.value)
    return totals


def campaign_fields(account_id, campaign_id, campaign):
    """Return the ``campaign.*`` fields of one campaign."""
    return {
        "campaign.resource_name": f"customers/{account_id}/campaigns/{campaign_id}",
        "campaign.id": int(campaign_id),
        "campaign.name": campaign["name"],
        "campaign.status": campaign["status"],
        "campaign.advertising_channel_type": campaign["channel_type"],
        "campaign.final_url_suffix": campaign.get("final_url_suffix", ""),
        "campaign.tracking_url_template": campaign.get("tracking_url_template", ""),
    }


def ad_group_fields(account_id, group_id, name):
    """Return the ``ad_group.*`` fields that every row about an ad group shows."""
    return {
        "ad_group.resource_name": f"customers/{account_id}/adGroups/{group_id}",
        "ad_group.id": int(group_id),
        "ad_group.name": name,
    }


def geo_targets(call, account_id, plan):
    """Yield all geo targets."""
    for target_id, target in call.world.state["geo_targets"].items():
        one = "geo_target_constant."
        yield {
            one + "resource_name": f"geoTargetConstants/{target_id}",
            one + "id": int(target_id),
            one + "status": "ENABLED",
            **{one + name: value for name, value in target.items()},
        }


def click_views(call, account_id, plan):
    """Yield the clicks of the one day that the query asks for; only gclids are shown."""
    world = call.world
    noon = datetime.fromisoformat(f"{plan.single_day}T12:00+00:00")
    for click_id, click in world.clicks.items():
        if click["account"] != account_id or click["kind"] != "gclid":
            continue
        if abs(click["clicked"] - noon) > LONGEST_DAY:
            continue
        day = world.local_date(account_id, click["clicked"])
        if day.isoformat() == plan.single_day:
            yield _click_fields(call, account_id, click_id, click, day)


def _click_fields(call, account_id, click_id, click, day):
    account = call.world.accounts[account_id]
    campaign = account["campaigns"][click["campaign"]]
    base = f"customers/{account_id}"
    group_id = click.get("ad_group")
    group = campaign.get("ad_groups", {}).get(group_id)
    row = {
        **customer_fields(call, account_id),
        **campaign_fields(account_id, click["campaign"], campaign),
        # Performance Max has no ad groups: rows carry 0.
        **ad_group_fields(account_id, group_id or "0", group["name"] if group else ""),
        "click_view.resource_name": f"{base}/clickViews/{day.isoformat()}~{click_id}",
        "click_view.gclid": click_id,
        "segments.date": day.isoformat(),
        "segments.month_of_year": day.strftime("%B").upper(),
        "segments.ad_network_type": click.get("network", "SEARCH"),
        "segments.click_type": click.get("click_type", "URL_CLICKS"),
        "segments.device": click.get("device", "DESKTOP"),
        "metrics.clicks": 1,
    }
    if click.get("slot"):
        row["segments.slot"] = click["slot"]
    if click.get("page_number"):
        row["click_view.page_number"] = click["page_number"]
    if click.get("user_list"):
        row["click_view.user_list"] = f"{base}/userLists/{click['user_list']}"
    if click.get("ad"):
        row["click_view.ad_group_ad"] = f"{base}/adGroupAds/{group_id}~{click['ad']}"
    if click.get("keyword"):
        keyword = group["keywords"][click["keyword"]]
        row["click_view.keyword"] = f"{base}/adGroupCriteria/{group_id}~{click['keyword']}"
        row["click_view.keyword_info.text"] = keyword["text"]
        row["click_view.keyword_info.match_type"] = keyword["match_type"]
    for place in ("area_of_interest", "location_of_presence"):
        targets = click.get(place, {})
        for level, target_id in targets.items():
            row[f"click_view.{place}.{level}"] = f"geoTargetConstants/{target_id}"
        for level in ("city", "region", "country"):
            if level in targets:
                most_specific = f"geoTargetConstants/{targets[level]}"
                row[f"click_view.{place}.most_specific"] = most_specific
                break
    return row
