import { registry } from "@web/core/registry";

const idle = ".o_kpi_board[aria-busy=false]:not(:has(.o_kpi_skeleton))";
const result = ".o_kpi_section[data-key=channel_result]";

/** The address bar holds what is asked; else the tour ends with what it holds instead. */
function checkAddress(...parts) {
    const { search } = window.location;
    for (const part of parts) {
        if (!search.includes(part)) {
            throw new Error(`${part} is not in the address: ${search}`);
        }
    }
}

const filterByPaidSearch = [
    { trigger: `${idle} ${result} tr[data-key=email]` },
    {
        content: "choose another period",
        trigger: ".o_kpi_period:contains(Last 90 days)",
        run: "click",
    },
    { trigger: "[data-period=last_12_months]", run: "click" },
    { trigger: `.o_kpi_period:contains(Last 12 months)` },
    { trigger: idle, run: () => checkAddress("period=last_12_months") },
    { content: "only one channel", trigger: ".o_kpi_filters", run: "click" },
    { trigger: ".o_kpi_filter_channel", run: "click" },
    { trigger: "input[data-value=paid_search]", run: "click" },
    { trigger: "[data-filter=channel]:contains(Paid search)" },
    {
        content: "the other channel is gone, the one chosen earns",
        trigger: `${idle} ${result}:not(:has(tr[data-key=email])) tr[data-key=paid_search] .o_kpi_good:contains(earns)`,
        run: () => checkAddress("period=last_12_months", "channel=paid_search"),
    },
];

const comeBack = [
    {
        content: "period and filter are as they were left",
        trigger: `${idle} ${result}:not(:has(tr[data-key=email])) tr[data-key=paid_search]`,
        run: () => checkAddress("period=last_12_months", "channel=paid_search"),
    },
    { trigger: ".o_kpi_period:contains(Last 12 months)" },
    { trigger: "[data-filter=channel] .btn-close", run: "click" },
    { trigger: `${idle} ${result} tr[data-key=email]` },
];

registry.category("web_tour.tours").add("conversion_tracking.kpi_board", {
    url: "/odoo",
    steps: () => [
        { content: "the board is the app's home", trigger: ".o_navbar_apps_menu button", run: "click" },
        { trigger: ".o_app[data-menu-xmlid='conversion_tracking.menu_root']", run: "click" },
        { trigger: ".o_kpi_card[data-key=kpi_leads] .o_kpi_value" },
        ...filterByPaidSearch,
        {
            content: "open the leads behind a number",
            trigger: `${result} tr[data-key=paid_search] td[data-label=Leads] .o_kpi_link:contains(2)`,
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:eq(1)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:eq(2)))" },
        { trigger: ".o_back_button:contains(Board)", run: "click" },
        ...comeBack,
        { content: "the browser's back button, too", trigger: idle, run: () => window.history.back() },
        { trigger: "[data-filter=channel]:contains(Paid search)" },
        { trigger: `${idle} ${result}:not(:has(tr[data-key=email]))` },
        { content: "show less", trigger: ".o_kpi_customize", run: "click" },
        { trigger: ".o_kpi_entry[data-key=funnel] input", run: "click" },
        { trigger: ".o_kpi_save", run: "click" },
        { trigger: `body:not(:has(.modal)) ${idle}:not(:has([data-key=funnel])) ${result}` },
    ],
});

registry.category("web_tour.tours").add("conversion_tracking.kpi_board_phone", {
    url: "/odoo/conversion-board",
    steps: () => [
        { trigger: ".o_kpi_card[data-key=kpi_leads] .o_kpi_value" },
        ...filterByPaidSearch,
        {
            content: "nothing hangs over the edge",
            trigger: idle,
            run() {
                const content = document.querySelector(".o_kpi_board_action");
                if (content.scrollWidth > window.innerWidth) {
                    throw new Error(`The board is ${content.scrollWidth} wide, the phone ${window.innerWidth}`);
                }
            },
        },
        {
            trigger: `${result} tr[data-key=paid_search] td[data-label=Leads] .o_kpi_link:contains(2)`,
            run: "click",
        },
        { trigger: ".o_kanban_view .o_kanban_record:contains(Ann)" },
        { trigger: ".o_back_button", run: "click" },
        ...comeBack,
    ],
});

registry.category("web_tour.tours").add("conversion_tracking.kpi_board_address", {
    steps: () => [
        {
            content: "a bookmark is asked at once",
            trigger: `${idle} ${result}:not(:has(tr[data-key=email])) tr[data-key=paid_search]`,
        },
        { trigger: ".o_kpi_period:contains(This year)" },
        {
            trigger: `${result} tr[data-key=paid_search] td[data-label=Leads] .o_kpi_link`,
            run: "click",
        },
        {
            content: "read the page of the records anew",
            trigger: ".o_list_view .o_data_row",
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        { trigger: ".o_back_button:contains(Board)", run: "click" },
        {
            content: "the way back still knows",
            trigger: `${idle} ${result}:not(:has(tr[data-key=email])) tr[data-key=paid_search]`,
        },
        { trigger: ".o_kpi_period:contains(This year)" },
    ],
});
