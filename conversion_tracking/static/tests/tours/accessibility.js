/* global axe */
import { loadJS } from "@web/core/assets";
import { registry } from "@web/core/registry";

// given by tests/axe_case.py
const AXE = "https://axe.invalid/axe.min.js";
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
// where our screens are; of what lies there, Odoo's are the path, the search bar and the chatter
const PLACES = [".o_action_manager", ".o-overlay-container"];
const AROUND = [".o_breadcrumb", ".o_cp_searchview", ".o_searchview", ".o-mail-Form-chatter"];

/** What else Odoo draws on our screens and we cannot mend there: selectors by the rule they break. */
const ODOOS = {
    // the keyboard of menus and lists of choices marks where it is as selected, whatever that is
    "aria-allowed-attr":
        ".o-navigable, .o-navigable *, .o-autocomplete--input, .o-dropdown, .o_progress",
    "aria-command-name": ".o_bottom_sheet_handle",
    "aria-prohibited-attr": ".o_model_field_selector *",
    "aria-required-parent": "[role=tab]", // those of a form
    "autocomplete-valid": ".o_select_menu_input",
    "button-name": ".o_optional_columns_dropdown *",
    // the badge field, grey records, what a pivot measures, the editor of domains, a lead's "at"
    "color-contrast":
        ".o_field_badge *, .text-muted, .text-muted *, .o_pivot *, .o_tree_editor *, .opacity-50",
    "image-alt": ".o_avatar *, .o_many2one_avatar_user_cell *",
    label: ".o_list_record_selector *",
    "select-name": ".o_tree_editor *",
};

const faults = [];

// axe-core refuses to look at places that are not there
const there = (selectors) => selectors.filter((selector) => document.querySelector(selector));

/** Note what is wrong on the screen: the rule, the element, and what to do about it. */
async function look(screen) {
    await loadJS(AXE);
    // what fades in is pale until it is there
    document.getAnimations().forEach((one) => one.effect.getTiming().iterations === 1 && one.finish());
    const { violations } = await axe.run(
        { include: there(PLACES), exclude: there(AROUND) },
        { runOnly: STANDARDS, resultTypes: ["violations"], elementRef: true }
    );
    for (const { id, help, nodes } of violations) {
        const ours = nodes.filter(({ element }) => !element.matches(ODOOS[id] || "html"));
        if (ours.length) {
            const examples = ours.slice(0, 3).map((one) => `${one.html}\n${one.failureSummary}`);
            faults.push([`${screen}: ${id}, ${help} (${ours.length} times)`, ...examples].join("\n"));
        }
    }
}

function tell() {
    if (faults.length) {
        throw new Error(`What axe-core finds:\n\n${faults.join("\n\n")}\n`);
    }
}

const services = () => odoo.__WOWL_DEBUG__.root.env.services;
const open = (action) => services().action.doAction(action);

async function openLead(name) {
    const [id] = await services().orm.search("crm.lead", [["name", "=", name]]);
    const views = [[false, "form"]];
    await open({ type: "ir.actions.act_window", res_model: "crm.lead", res_id: id, views });
}

/** Open a screen, wait for what is on it, and look. */
const visit = (screen, action, trigger) => [
    { trigger: "body", run: () => open(action) },
    { content: screen, trigger, run: () => look(screen) },
];

const press = (trigger) => ({ trigger, run: "click" });

const leave = (panel) => [
    { trigger: panel, run: "press Escape" },
    { trigger: `body:not(:has(${panel}))` },
];

const full = ".o_kpi_board[aria-busy=false]:not(:has(.o_kpi_skeleton)) .o_kpi_section";
const unfold = () => document.querySelectorAll("details").forEach((one) => (one.open = true));

const board = [
    { trigger: `${full} .o_kpi_canvas`, run: unfold },
    { trigger: `${full} .o_kpi_cells`, run: () => look("Board") },
    press(".o_kpi_period"),
    { trigger: ".o_kpi_apply", run: () => look("Board, periods") },
    ...leave(".o_kpi_period_menu"),
    press(".o_kpi_filters"),
    press(".o_kpi_filter_channel"),
    { trigger: ".o_kpi_option", run: () => look("Board, filters") },
    press("input[data-value=paid_search]"),
    ...leave(".o_kpi_filter_menu"),
    { trigger: `body:has(.o_kpi_facets) ${full}`, run: () => look("Board, filtered") },
    press(".o_kpi_customize"),
    press(".o_kpi_entry[data-key=funnel] input"),
    { trigger: ".o_kpi_save", run: () => look("Customize") },
    press(".modal-footer button:contains(Discard)"),
    { trigger: "body:not(:has(.modal))" },
];

const emptyBoard = [
    {
        trigger: "body",
        async run() {
            const { orm } = services();
            const context = { active_test: false };
            await orm.unlink("crm.lead", await orm.search("crm.lead", [], { context }));
        },
    },
    ...visit("Board without leads", "conversion_tracking.board", ".o_kpi_welcome"),
    { trigger: "body", run: tell },
];

const campaign = [
    ...visit("Campaigns", "conversion_tracking.campaign_roi_action", ".o_data_row [role=img]"),
    press(".o_data_row:contains(Autumn) [name=title]"),
    { trigger: ".o_field_campaign_chart canvas", run: unfold },
    press("a[name=responses]"),
    { trigger: ".o_response_chain", run: () => look("Campaign") },
];

registry.category("web_tour.tours").add("conversion_tracking.accessibility_desk", {
    steps: () => [
        ...board,
        ...campaign,
        ...visit("Key figures", "conversion_tracking.conversion_kpi_action", ".o_data_row"),
        press(".o_data_row:contains(Leads) [name=name]"),
        { trigger: ".o_form_view [name=definition]", run: () => look("Key figure") },
        ...visit("Campaign ROI", "conversion_tracking.campaign_roi_report_action", ".o_report_choices"),
        ...visit("Health", "conversion_tracking.conversion_health_action", "[name=figures]"),
        ...visit("UTM builder", "conversion_tracking.conversion_link_builder_action", ".modal [name=page] input"),
        press(".modal-footer button:contains(Close)"),
        { trigger: "body:not(:has(.modal))", run: () => openLead("Dan") },
        press("a[name=conversion_tracking]"),
        { trigger: "details[name=details]", run: unfold },
        { trigger: ".o_conversion_kind", run: () => look("Lead") },
        ...emptyBoard,
    ],
});

registry.category("web_tour.tours").add("conversion_tracking.accessibility_phone", {
    steps: () => [...board, ...emptyBoard],
});
