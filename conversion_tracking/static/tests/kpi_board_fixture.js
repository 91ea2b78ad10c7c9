import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { animationFrame } from "@odoo/hoot-mock";
import { defineActions, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { redirect } from "@web/core/utils/urls";
import { WebClient } from "@web/webclient/webclient";

export const ACTION = {
    id: 77,
    xml_id: "conversion_tracking.conversion_board_action",
    name: "Board",
    tag: "conversion_tracking.board",
    type: "ir.actions.client",
    path: "conversion-board",
};

const leads = (count, domain = []) => ({ name: "Leads", model: "crm.lead", domain, count });

export const CARD = {
    key: "kpi_win_rate",
    type: "card",
    title: "Deal win rate",
    definition: "Won deals of all that were closed.",
    unit: "percent",
    value: 30,
    previous: 26.8,
    change: 3.2,
    direction: 1,
    target: 40,
    trend: [
        { from: "2026-07-01", to: "2026-07-31", value: 20 },
        { from: "2026-08-01", to: "2026-08-31", value: 30 },
    ],
    parts: [
        { label: "Won", value: 12, unit: "count", open: leads(12, [["won_status", "=", "won"]]) },
        { label: "Closed", value: 40, unit: "count", open: leads(40) },
    ],
    open: null,
};

export const LEADS = {
    key: "kpi_leads",
    type: "card",
    title: "Leads",
    definition: "Everything that came in.",
    unit: "count",
    value: 1234567,
    previous: 0,
    change: null,
    direction: 1,
    target: null,
    trend: [],
    parts: [],
    open: leads(1234567, [["type", "=", "lead"]]),
};

export const RESULT = {
    key: "channel_result",
    type: "result",
    title: "Which channels earn",
    has_cost: true,
    measures: [
        { key: "profit", label: "Result", unit: "money" },
        { key: "revenue", label: "Revenue", unit: "money" },
        { key: "cost", label: "Cost", unit: "money" },
        { key: "roi", label: "ROI", unit: "percent" },
        { key: "leads", label: "Leads", unit: "count" },
    ],
    rows: [
        {
            key: "paid_search",
            label: "Paid search",
            values: { profit: 3000, revenue: 5000, cost: 2000, roi: 150, leads: 40 },
            opens: { leads: leads(40, [["id", "=", 1]]) },
        },
        {
            key: "organic",
            label: "Organic search",
            values: { profit: 0, revenue: 0, cost: null, roi: null, leads: 0 },
            opens: {},
        },
        {
            key: "display",
            label: "Display",
            values: { profit: -1000, revenue: 500, cost: 1500, roi: -66.7, leads: 9 },
            opens: {},
        },
    ],
    total: { profit: 2000, revenue: 5500, cost: 3500, roi: 57.1, leads: 49 },
};

export const FUNNEL = {
    key: "funnel",
    type: "funnel",
    title: "From lead to won",
    steps: [
        { key: "lead", label: "Leads", value: 200, open: leads(200), amount: null, rate: null, days: null },
        { key: "qualified", label: "Qualified", value: 50, open: leads(50), amount: 900, rate: 25, days: 3.5 },
        { key: "won", label: "Won", value: 0, open: leads(0), amount: 0, rate: 0, days: null },
    ],
};

export const SERIES = {
    key: "channels",
    type: "series",
    title: "Channels over time",
    step: "month",
    buckets: [
        { from: "2026-07-01", to: "2026-07-31" },
        { from: "2026-08-01", to: "2026-08-31" },
    ],
    measures: [
        { key: "leads", label: "Leads", unit: "count", model: "crm.lead", domains: [[["a", "=", 1]], [["a", "=", 2]]] },
        { key: "revenue", label: "Revenue", unit: "money", model: "crm.lead", domains: [[["b", "=", 1]], [["b", "=", 2]]] },
    ],
    rows: [
        {
            key: "paid_search",
            label: "Paid search",
            domain: [["channel", "=", "paid_search"]],
            values: { leads: [3, 0], revenue: [100, 250] },
            totals: { leads: 3, revenue: 350 },
        },
        {
            key: "email",
            label: "E-mail",
            domain: [["channel", "=", "email"]],
            values: { leads: [1, 4], revenue: [0, 0] },
            totals: { leads: 5, revenue: 0 },
        },
    ],
};

export const RANKING = {
    key: "landing_pages",
    type: "ranking",
    title: "Top landing pages",
    measures: [
        { key: "leads", label: "Leads", unit: "count" },
        { key: "revenue", label: "Revenue", unit: "money" },
    ],
    rows: [
        { key: "/a", label: "/a", values: { leads: 8, revenue: 100 }, opens: { leads: leads(8) } },
        { key: "/b", label: "/b", values: { leads: 2, revenue: null }, opens: {} },
    ],
    more: { name: "Landing pages", model: "crm.lead", domain: [], count: 10 },
};

export const STATUS = {
    key: "google_ads",
    type: "status",
    title: "Delivery to Google Ads",
    rows: [
        { key: "sent", label: "Delivered", value: 12, tone: "success", open: leads(12) },
        { key: "held", label: "Needs somebody", value: 2, tone: "danger", open: leads(2) },
        { key: "waiting", label: "Waiting", value: 0, tone: "info", open: null },
    ],
};

/** An answer of the server with these sections. */
export function answer(sections, { asked = {}, pending = [], lanes = [pending], ...others } = {}) {
    const all = [...sections, ...pending.map((key) => ({ key, title: key, type: "ranking" }))];
    return {
        asked: { period: "last_90_days", ...asked },
        period: { from: "2026-07-01", to: "2026-09-28", days: 90 },
        previous: { from: "2026-04-02", to: "2026-06-30", days: 90 },
        currency_id: 1,
        available: all.map(({ key, title, type }) => ({
            key,
            title,
            group: type === "card" ? "kpi" : "chart",
        })),
        can_set_default: false,
        empty: false,
        layout: all.map((section) => section.key),
        sections: Object.fromEntries(sections.map((section) => [section.key, section])),
        pending,
        lanes,
        ...others,
    };
}

/**
 * Open the board as an action of the web client.
 *
 * @param {Function} getBoard answers `get_board(asked, keys)`
 * @param {string} [address] of the browser, instead of the menu
 */
export async function openBoard(getBoard, { address } = {}) {
    onRpc("conversion.board", "get_board", ({ args }) => getBoard(...args));
    onRpc("conversion.touchpoint", "fields_get", () => ({
        channel: {
            selection: [
                ["paid_search", "Paid search"],
                ["email", "E-mail"],
            ],
        },
    }));
    if (address) {
        redirect(address);
    }
    await mountWithCleanup(WebClient);
    if (!address) {
        await getService("action").doAction(ACTION.id);
    }
    await animationFrame();
}

export function setUpBoard() {
    defineMailModels();
    defineActions([ACTION]);
}
