import { getChartConfig } from "@conversion_tracking/campaign_chart/campaign_chart_field";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { cookie } from "@web/core/browser/cookie";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    preloadBundle,
} from "@web/../tests/web_test_helpers";

const AUTUMN = [
    { label: "Sep 2026", cost: 1200.5, revenue: 0 },
    { label: "Oct 2026", cost: 0, revenue: 5000 },
];

class Campaign extends models.Model {
    // Like a user who enters costs, which changes the months.
    entered = fields.Selection({
        selection: [
            ["none", "None"],
            ["autumn", "Autumn"],
        ],
        onChange(campaign) {
            campaign.months = campaign.entered === "autumn" ? AUTUMN : [];
        },
    });
    months = fields.Json();
}

describe.current.tags("desktop");

defineModels([Campaign]);
defineMailModels();
preloadBundle("web.chartjs_lib");

function open(months, entered = false) {
    Campaign._records = [{ id: 1, entered, months }];
    return mountView({
        type: "form",
        resModel: "campaign",
        resId: 1,
        arch: `
            <form>
                <field name="entered" widget="radio"/>
                <field name="months" widget="campaign_chart"/>
            </form>`,
    });
}

const getChart = () => window.Chart.getChart(queryOne("canvas"));

/** What somebody reads off the chart. */
function read(chart) {
    const bars = chart.data.datasets.map(({ label, data }) => [String(label), [...data]]);
    return { months: chart.data.labels, ...Object.fromEntries(bars) };
}

test("a campaign without cost and revenue has no chart", async () => {
    await open([]);
    expect(".o_field_campaign_chart").toHaveCount(1);
    expect("canvas").toHaveCount(0);
});

test("a new campaign, whose months nobody has counted, has no chart", async () => {
    await open(false);
    expect("canvas").toHaveCount(0);
});

test("cost and revenue stand side by side, and a month without either stays", async () => {
    await open(AUTUMN);
    expect(read(getChart())).toEqual({
        months: ["Sep 2026", "Oct 2026"],
        Cost: [1200.5, 0],
        Revenue: [0, 5000],
    });
    expect(getChart().isDatasetVisible(0)).toBe(true);
    expect(getChart().isDatasetVisible(1)).toBe(true);
    expect("canvas[role=img]").toHaveAttribute("aria-label", /The numbers are in the table below/);
    await contains(".o_field_campaign_chart summary").click();
    expect(queryAllTexts(".o_campaign_months th")).toEqual(["Month", "Cost", "Revenue", "Sep 2026", "Oct 2026"]);
    expect(queryAllTexts(".o_campaign_months td")).toEqual(["1,200.50", "0.00", "0.00", "5,000.00"]);
});

test("months with nothing but zeros are drawn from zero upwards", async () => {
    await open([{ label: "Sep 2026", cost: 0, revenue: 0 }]);
    expect(read(getChart())).toEqual({ months: ["Sep 2026"], Cost: [0], Revenue: [0] });
    expect(getChart().scales.y.min).toBe(0);
    expect(getChart().scales.y.max).toBeGreaterThan(0);
});

test("a budget is a line, and so is what was spent until then", async () => {
    await open([
        { label: "Sep 2026", planned: 0, cost: 80, revenue: 0, spent: 80, budget: 100 },
        { label: "Oct 2026", planned: 50, cost: 40, revenue: 10, spent: 120, budget: 100 },
    ]);
    expect(read(getChart())).toEqual({
        months: ["Sep 2026", "Oct 2026"],
        "Planned cost": [0, 50],
        Cost: [80, 40],
        Revenue: [0, 10],
        "Spent so far": [80, 120],
        Budget: [100, 100],
    });
});

test("a month of refunds reaches below zero", async () => {
    await open([{ label: "Sep 2026", cost: 100, revenue: -250 }]);
    expect(getChart().scales.y.min).toBeLessThan(-249);
    expect(getChart().scales.y.max).toBeGreaterThan(99);
});

test("a label that looks like markup stays text", async () => {
    const label = "<img src=x onerror=alert(1)>";
    await open([{ label, cost: 1, revenue: 2 }]);
    expect(read(getChart()).months).toEqual([label]);
    expect(".o_field_campaign_chart img").toHaveCount(0);
});

test("the chart comes and goes with what is entered, and leaves nothing behind", async () => {
    await open([], "none");
    expect("canvas").toHaveCount(0);
    await contains("input[data-value=autumn]").click();
    expect(read(getChart()).Revenue).toEqual([0, 5000]);
    await contains("input[data-value=none]").click();
    expect("canvas").toHaveCount(0);
    expect(Object.values(window.Chart.instances)).toHaveLength(0);
});

test("in the dark, text and bars have the colors of the dark", async () => {
    cookie.set("color_scheme", "dark");
    await open(AUTUMN);
    const { data, options } = getChart();
    const dark = getChartConfig(AUTUMN, "dark");
    const light = getChartConfig(AUTUMN, undefined);
    const colors = (datasets) => datasets.map((one) => one.backgroundColor);
    expect(colors(data.datasets)).toEqual(colors(dark.data.datasets));
    expect(colors(data.datasets)).not.toEqual(colors(light.data.datasets));
    expect(options.scales.x.ticks.color).toBe("#E4E4E4");
    expect(light.options.scales.x.ticks.color).toBe("#111827");
});
