import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * What Chart.js draws of the months: planned cost, cost and revenue side by side; with a budget, how
 * much of it was spent by then.
 *
 * @param {{label: string, planned: number, cost: number, revenue: number, spent: number,
 *     budget: number}[]} months
 * @param {string|undefined} scheme "dark", or anything else for the light colors
 */
export function getChartConfig(months, scheme) {
    const text = getCustomColor(scheme, "#111827", "#E4E4E4");
    const bars = (label, name, color) => ({
        label,
        data: months.map((month) => month[name]),
        backgroundColor: color,
        order: 1,
    });
    // in front of the bars
    const line = (label, name, color, dashes) => ({
        type: "line",
        label,
        data: months.map((month) => month[name]),
        borderColor: color,
        borderDash: dashes,
        pointRadius: dashes ? 0 : 3,
        order: 0,
        fill: false,
    });
    const datasets = [
        bars(_t("Cost"), "cost", getColor(1, scheme, "odoo")),
        bars(_t("Revenue"), "revenue", getColor(0, scheme, "odoo")),
    ];
    if (months.some((month) => month.planned)) {
        datasets.unshift(bars(_t("Planned cost"), "planned", getColor(2, scheme, "odoo")));
    }
    if (months.some((month) => month.budget)) {
        datasets.push(line(_t("Spent so far"), "spent", text));
        datasets.push(line(_t("Budget"), "budget", text, [6, 4]));
    }
    return {
        type: "bar",
        data: {
            labels: months.map((month) => month.label),
            datasets,
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            plugins: { legend: { position: "bottom", labels: { color: text } } },
            scales: {
                x: { grid: { display: false }, ticks: { color: text } },
                y: {
                    beginAtZero: true,
                    ticks: { color: text, callback: (value) => formatFloat(value, { digits: [16, 0] }) },
                },
            },
        },
    };
}

/** Cost and revenue of a campaign, month by month, as bars side by side; as a table on demand. */
export class CampaignChartField extends Component {
    static template = "conversion_tracking.CampaignChartField";
    static props = { ...standardFieldProps };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                if (this.months.length) {
                    const chart = new Chart(this.canvas.el, this.config);
                    return () => chart.destroy();
                }
            },
            () => [JSON.stringify(this.months)]
        );
    }

    get months() {
        return this.props.record.data[this.props.name] || [];
    }

    get config() {
        return getChartConfig(this.months, cookie.get("color_scheme"));
    }

    /** What is drawn, for whoever does not see it or wants the exact amounts. */
    get table() {
        const { labels, datasets } = this.config.data;
        const format = (amount) => formatFloat(amount, { digits: [16, 2] });
        return {
            columns: datasets.map((drawn) => drawn.label),
            rows: labels.map((label, index) => ({
                label,
                cells: datasets.map((drawn) => format(drawn.data[index] || 0)),
            })),
        };
    }
}

registry.category("fields").add("campaign_chart", {
    component: CampaignChartField,
    supportedTypes: ["json"],
});
