import { registry } from "@web/core/registry";

const count = (name, number) => `.o_field_widget[name=${name}]:contains(${number})`;

registry.category("web_tour.tours").add("erase_attribution", {
    steps: () => [
        { trigger: ".o_form_view .o_cp_action_menus i.fa-cog", run: "click" },
        { trigger: ".o_menu_item:contains(Stored Marketing Data)" },
        { trigger: ".o_menu_item:contains(Erase Attribution)", run: "click" },
        {
            content: "numbers say what goes and what stays",
            trigger: `.modal:has(${count("lead_count", 2)}) ${count("touchpoint_count", 2)}`,
        },
        {
            content: "nothing is erased by one click",
            trigger: ".modal-footer:not(:has([name=action_erase]))",
        },
        { trigger: ".modal .o_field_widget[name=understood] input", run: "click" },
        { trigger: ".modal-footer button[name=action_erase]", run: "click" },
        { trigger: ".o_notification:contains(2 visits and forms are anonymous now)" },
        {
            trigger: "body:not(:has(.modal)) .nav-link[name=conversion_tracking]",
            run: "click",
        },
        { trigger: ".alert-warning:contains(was erased on)" },
    ],
});
