import { registry } from "@web/core/registry";

const row = (name) => `.o_data_row:contains(${name})`;
const field = (name) => `.modal .o_field_widget[name=${name}]`;

registry.category("web_tour.tours").add("channel_rules", {
    url: "/odoo/action-conversion_tracking.conversion_channel_rule_action",
    steps: () => [
        {
            content: "a rule says what it fits",
            trigger: `${row("Social networks, paid")}:contains(from: Social network; medium: paid)`,
        },
        {
            content: "a rule that is never reached says why",
            trigger: `${row("Never")} [name=taken_by_id]:contains(E-mail media)`,
        },
        { trigger: ".o_control_panel button:contains(Try a Link)", run: "click" },
        {
            trigger: `${field("link")} input`,
            run: "edit https://example.com/?utm_source=fb&utm_medium=cpm && press Tab",
        },
        {
            content: "the result is seen at once",
            trigger: `${field("channel")}:contains(Paid social)`,
        },
        { trigger: `${field("referrer")} input`, run: "edit paypal.com && press Tab" },
        { trigger: `${field("link")} input`, run: "edit https://example.com/ && press Tab" },
        { trigger: ".modal .alert:contains(only passes through)" },
        { trigger: ".modal button:contains(Close)", run: "click" },
        {
            trigger: "body:not(:has(.modal)) .o_control_panel button:contains(Restore Defaults)",
            run: "click",
        },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: `.o_list_view:not(:has(${row("Never")})) ${row("Social networks, paid")}` },
    ],
});
