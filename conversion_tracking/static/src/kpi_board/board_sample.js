import { _t } from "@web/core/l10n/translation";

const card = (key, title, unit, value, change, direction, values) => ({
    key,
    title,
    type: "card",
    unit,
    value,
    change,
    direction,
    previous: null,
    trend: values.map((number) => ({ from: "2026-01-01", to: "2026-01-07", value: number })),
});

const row = (key, label, cost, revenue, leads, won) => ({
    key,
    label,
    values: {
        revenue,
        cost,
        leads,
        won,
        profit: revenue - cost,
        roi: cost ? (100 * (revenue - cost)) / cost : null,
    },
});

/** A board with made-up numbers: how it will look once there are leads. */
export function getSample() {
    return {
        cards: [
            card("leads", _t("Leads"), "count", 128, 0.18, 1, [6, 9, 8, 11, 10, 14, 17]),
            card("won", _t("Deals won"), "count", 23, 0.1, 1, [1, 2, 2, 4, 3, 5, 6]),
            card("rate", _t("Deal win rate"), "percent", 34.5, 2.1, 1, [28, 30, 29, 33, 31, 34, 35]),
            card("time", _t("Average time to close"), "days", 21, -0.08, -1, [30, 27, 28, 24, 25, 22, 21]),
        ],
        result: {
            key: "sample_result",
            title: _t("Which channels earn"),
            type: "result",
            measures: [
                { key: "profit", label: _t("Result"), unit: "money" },
                { key: "revenue", label: _t("Revenue"), unit: "money" },
                { key: "cost", label: _t("Cost"), unit: "money" },
                { key: "roi", label: _t("ROI"), unit: "percent" },
                { key: "leads", label: _t("Leads"), unit: "count" },
            ],
            rows: [
                row("search", _t("Paid search"), 6200, 24800, 52, 11),
                row("organic", _t("Organic search"), null, 9400, 38, 7),
                row("mail", _t("E-mail"), 900, 5300, 21, 4),
                row("display", _t("Display"), 3800, 1200, 17, 1),
            ],
        },
    };
}
