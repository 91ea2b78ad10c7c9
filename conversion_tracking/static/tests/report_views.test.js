import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, queryAllTexts, queryFirst, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Report extends models.Model {
    name = fields.Char();
    profit = fields.Float();
    cost_actual = fields.Float();
    revenue = fields.Float();
    roi_percent = fields.Float();
    response_chain = fields.Json();

    _records = [
        { id: 1, name: "Small", profit: 100, cost_actual: 10, revenue: 110, roi_percent: 1000 },
        { id: 2, name: "Large", profit: 0, cost_actual: 990, revenue: 990, roi_percent: 0 },
    ];
}

describe.current.tags("desktop");

defineModels([Report]);
defineMailModels();

const SEARCH = `
    <search>
        <filter name="revenue_basis__expected" string="Expected revenue" context="{'revenue_basis': 'expected'}"/>
        <filter name="revenue_basis__orders" string="Confirmed orders" context="{'revenue_basis': 'orders'}"/>
        <filter name="revenue_basis__invoiced" string="Posted invoices" context="{'revenue_basis': 'invoiced'}"/>
    </search>`;
const LIST = `
    <list js_class="conversion_report_list">
        <field name="name"/>
        <field name="profit" sum="Total"/>
        <field name="cost_actual" sum="Total"/>
        <field name="roi_percent" options="{'ratio': ['profit', 'cost_actual', 100]}"/>
    </list>`;

function open(options = {}) {
    onRpc("get_report_info", () => ({
        defaults: { revenue_basis: "orders" },
        hint: "What to know.",
        warnings: ["Amounts in GBP are left out."],
    }));
    return mountView({ type: "list", resModel: "report", arch: LIST, searchViewArch: SEARCH, ...options });
}

test("a ratio at the bottom comes from the sums", async () => {
    await open();
    expect(queryAllTexts("tfoot td").filter(Boolean)).toEqual(["100.00", "1,000.00", "10.00"]);
});

test("a ratio of groups comes from their sums", async () => {
    await open({ groupBy: ["name"] });
    expect(queryAllTexts("tfoot td").filter(Boolean)).toEqual(["100.00", "1,000.00", "10.00"]);
});

test("nothing to divide by leaves the bottom empty", async () => {
    Report._records = [{ id: 1, name: "Free", profit: 50, cost_actual: 0 }];
    await open();
    expect(queryAllTexts("tfoot td").filter(Boolean)).toEqual(["50.00", "0.00"]);
});

test("the report says what holds and what is missing", async () => {
    await open();
    expect("[data-choice=revenue_basis]").toHaveText(/Confirmed orders/);
    expect(".o_report_choices").toHaveText(/What to know\./);
    expect(".o_report_choices [role=status]").toHaveText("Amounts in GBP are left out.");
});

test("one choice takes the place of another", async () => {
    const bases = [];
    onRpc("web_search_read", ({ kwargs }) => {
        bases.push(kwargs.context.revenue_basis || "none");
    });
    await open();
    for (const label of ["Posted invoices", "Expected revenue"]) {
        await contains("[data-choice=revenue_basis]").click();
        await contains(`.o-dropdown-item:contains(${label})`).click();
        await animationFrame();
        expect("[data-choice=revenue_basis]").toHaveText(new RegExp(label));
        expect(".o_searchview_facet").toHaveCount(1);
        expect(".o_searchview_facet").toHaveText(label);
    }
    expect(bases).toEqual(["none", "invoiced", "expected"]);
});

test("the response chain shows each step and opens its records", async () => {
    Report._records = [
        {
            id: 1,
            response_chain: {
                currency_id: false,
                steps: [
                    { step: "lead", label: "Leads", count: 8, amount: 900, rate: false, days: false, rows: 8 },
                    { step: "won", label: "Won deals", count: 2, amount: 450.5, rate: 25, days: 3.25, rows: 2 },
                    { step: "invoice", label: "Invoiced", count: 0, amount: 0, rate: 0, days: false, rows: 0 },
                ],
            },
        },
    ];
    onRpc("action_open_step", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", res_model: "report", views: [[false, "list"]] };
    });
    mockService("action", { doAction: (action) => expect.step(action.res_model) });
    await mountView({
        type: "form",
        resModel: "report",
        resId: 1,
        arch: `<form><field name="response_chain" widget="response_chain"/></form>`,
    });
    expect("[data-step=won]").toHaveText(/2\s+25\.0 %\s+4\d\d(\.\d\d)?\s+3\.\d/);
    expect("[data-step=lead]").not.toHaveText(/%/);
    const bar = queryFirst("[data-step=won] [role=presentation]");
    expect(bar.style.width).toBe("25%");
    expect(bar.offsetHeight).toBeGreaterThan(9);
    expect("[data-step=invoice] button").not.toBeEnabled();
    await contains("[data-step=won] button").click();
    expect.verifySteps([[[1], "won"], "report"]);
});

test("a bar shows cost beside revenue", async () => {
    await mountView({
        type: "list",
        resModel: "report",
        arch: `<list><field name="cost_actual"/><field name="revenue"/><widget name="campaign_bar"/></list>`,
    });
    const bars = [...document.querySelectorAll("[role=img] > div")];
    expect(bars.map((bar) => bar.offsetHeight)).toEqual([5, 5, 5, 5]);
    const widths = bars.map((bar) => bar.style.width);
    expect(widths.map(parseFloat).map(Math.round)).toEqual([9, 100, 100, 100]);
});
