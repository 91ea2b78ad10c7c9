import { registry } from "@web/core/registry";

const step = (title) => `.o_field_widget[name=open_step_ids] .o_kanban_record:contains(${title})`;
const line = (title) => `.o_field_widget[name=line_ids] .o_data_row:contains(${title})`;

registry.category("web_tour.tours").add("conversion_setup", {
    url: "/odoo/conversion-setup",
    steps: () => [
        {
            content: "what is to be done is on top",
            trigger: step("Let a form make leads"),
        },
        {
            trigger: `${step("Let a form make leads")} button[name=action_open]`,
            run: "click",
        },
        { trigger: "button[name=action_run]", run: "click" },
        {
            content: "the contact form of a new website sends an e-mail",
            trigger: ".alert-danger:contains(It stops at)",
        },
        { trigger: `${line("/contactus")} button[name=action_mend]`, run: "click" },
        {
            content: "mended, and tested again",
            trigger: ".alert-success:contains(Everything that was tried works)",
        },
        { trigger: `${line("takes conversions")}:contains(Passed)` },
        { trigger: ".o_breadcrumb a:contains(Set-up)", run: "click" },
        { trigger: "button[name=action_refresh]", run: "click" },
        {
            content: "the step is done now",
            trigger: `.o_field_widget[name=open_step_ids]:not(:has(:contains(Test your website)))`,
        },
    ],
});
