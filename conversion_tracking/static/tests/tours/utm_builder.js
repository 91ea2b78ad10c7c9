import { registry } from "@web/core/registry";

const field = (name) => `.modal .o_field_widget[name=${name}]`;
const ROWS = Array.from({ length: 12 }, (_, number) => `facebook;social;;banner ${number + 1}`);

registry.category("web_tour.tours").add("conversion_tracking.utm_builder", {
    url: "/odoo/utm-builder",
    steps: () => [
        {
            trigger: ".o_control_panel button:contains(Several Links), .o_list_view button:contains(Several Links)",
            run: "click",
        },
        { trigger: `${field("page")} input`, run: "edit /contactus" },
        { trigger: `${field("campaign")} input`, run: "edit Spring Sale" },
        { trigger: `${field("rows")} textarea`, run: ({ edit }) => edit(ROWS.join("\n")) },
        { trigger: `${field("rows")} textarea`, run: "press Tab" },
        {
            content: "a row says how its tags are written",
            trigger: `${field("preview")} tr:contains(utm_content=banner_12):contains(Ready)`,
        },
        { trigger: ".modal-footer button:contains(Make the links)", run: "click" },
        { trigger: `${field("link_ids")} .o_data_row:eq(11)` },
        { trigger: `${field("all_links")} button:contains(Copy all)` },
        { trigger: ".modal button:contains(Open the links)", run: "click" },
        {
            trigger: "body:not(:has(.modal)) .o_data_row:contains(banner_7) td[name=content]",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=qr_png] img" },
        {
            content: "the preview followed the rules",
            trigger: ".o_form_view [name=tagged_url]:contains(utm_campaign=spring_sale)",
        },
        { trigger: "button[name=action_open_report]", run: "click" },
        { trigger: ".o_breadcrumb:contains(Campaign ROI)" },
    ],
});
