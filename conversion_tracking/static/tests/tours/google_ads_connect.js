import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const header = ".o_form_view .o_statusbar_buttons";
const check = (key, state) => `.o_google_ads_check[data-key='${key}'][data-state='${state}']`;
const action = (name, state) =>
    `.o_field_widget[name=action_ids] .o_data_row:contains(${name}):contains(${state})`;

/** The key that the test left for the tour. */
function getKey() {
    return rpc("/web/dataset/call_kw/ir.config_parameter/get_param", {
        model: "ir.config_parameter",
        method: "get_param",
        args: ["conversion_tracking.tour_key"],
        kwargs: {},
    });
}

registry.category("web_tour.tours").add("google_ads_connect", {
    url: "/odoo/google-ads-accounts",
    steps: () => [
        {
            content: "the empty list says what comes",
            trigger: ".o_view_nocontent:contains(Connect your Google Ads account)",
        },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_google_ads_next:contains(Upload or paste the key file)" },
        {
            content: "paste the key",
            trigger: ".o_field_widget[name=key_text] textarea",
            run: async ({ anchor }) => {
                // at once, as a clipboard does: typing two thousand letters takes half a minute
                anchor.value = await getKey();
                anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        { trigger: `${header} button[name=action_continue]`, run: "click" },
        {
            content: "the e-mail to invite is shown, the key is not",
            trigger: ".o_field_widget[name=service_account_email]:contains(@tulip-solar-crm)",
        },
        { trigger: ".o_field_widget[name=key_text] textarea:value(/^$/)" },
        { trigger: `${header} button[name=action_choose_customer]`, run: "click" },
        {
            content: "choose the account that runs the ads",
            trigger: ".modal .o_data_row:contains(Tulip Solar B.V.) button[name=action_choose]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=customer_number] input:value(123-456-7890)" },
        { trigger: `${header} button[name=action_create_actions]`, run: "click" },
        { trigger: action("Odoo Leads/Contacts", "Ready") },
        { trigger: action("Odoo Lead Qualification", "Ready") },
        { trigger: action("Odoo Sales", "Ready") },
        { trigger: "button[name=test_connection]", run: "click" },
        { trigger: check("credentials", "passed") },
        { trigger: check("auto_tagging", "passed") },
        { trigger: check("customer_data_terms", "not_needed") },
        { trigger: check("trial", "waiting") },
        { trigger: ".o_google_ads_check[data-state=waiting]:contains(Odoo Sales)" },
        { trigger: ".o_google_ads_next:contains(Everything works)" },
        { trigger: ".o_arrow_button_current:contains(Working)" },
    ],
});

const failing = (key, remedy) => ({
    content: `${key} fails and says what to do`,
    trigger: `${check(key, "failed")} .o_google_ads_remedy:contains(${remedy})`,
});

registry.category("web_tour.tours").add("google_ads_failing_checks", {
    steps: () => [
        { trigger: "button[name=test_connection]", run: "click" },
        failing("auto_tagging", "Admin > Account settings > Auto-tagging"),
        failing("customer_data_terms", "Customer data terms and accept them"),
        failing("enhanced_conversions", "Enhanced conversions for leads and switch it on"),
        failing("trial", "enable the Google Ads API and the Data Manager API"),
        {
            content: "a renamed action",
            trigger: ".o_google_ads_check[data-state=failed]:contains(Odoo Sales):contains(Repair)",
        },
        {
            content: "a removed action",
            trigger:
                ".o_google_ads_check[data-state=failed]:contains(Odoo Leads):contains(Repair)",
        },
        {
            content: "what to press stands beside the action",
            trigger: `${action("Odoo Sales", "Sales 2025")} button[name=action_repair]`,
        },
        { trigger: `${check("auto_tagging", "failed")} a[href^='https://support.google.com']` },
        { trigger: ".o_google_ads_next:contains(failed)" },
    ],
});
