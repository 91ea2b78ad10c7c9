import { describe, expect, test } from "@odoo/hoot";
import { hover, press, queryAll, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import { contains, makeServerError, mockService, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import {
    answer,
    CARD,
    FUNNEL,
    LEADS,
    openBoard,
    RANKING,
    RESULT,
    SERIES,
    setUpBoard,
    STATUS,
} from "./kpi_board_fixture";

describe.current.tags("desktop");

setUpBoard();

/** Instead of going there, note where an action leads. */
function catchOpened() {
    mockService("action", {
        doAction(action) {
            if (typeof action === "object") {
                expect.step([action.res_model, action.domain, action.name]);
                return;
            }
            return super.doAction(...arguments);
        },
    });
}

const number = (text) => text.replaceAll("\u00a0", " ");

// ------------------------------------------------------------
// What goes wrong
// ------------------------------------------------------------

test("a board that cannot be read says so, and can be asked again", async () => {
    let broken = true;
    await openBoard(() => {
        if (broken) {
            throw makeServerError({ message: "The board is for sales and marketing." });
        }
        return answer([LEADS]);
    });
    expect(".o_kpi_error[role=alert]").toHaveText(/The board is for sales and marketing\./);
    expect(".o_kpi_card").toHaveCount(0);
    expect(".o_kpi_customize").not.toBeEnabled();
    broken = false;
    await contains(".o_kpi_retry").click();
    expect(".o_kpi_error").toHaveCount(0);
    expect(".o_kpi_card").toHaveCount(1);
});

test("one section's problem leaves the others alone", async () => {
    const problem = "This formula names a key figure that is no longer there: correct it.";
    const { key, title, type } = CARD;
    await openBoard(() =>
        answer([{ key, title, type, problem }, LEADS, { ...RANKING, rows: [], problem: "Ask for access." }, STATUS])
    );
    expect("[data-key=kpi_win_rate] .o_kpi_problem").toHaveText(problem);
    expect("[data-key=kpi_leads] .o_kpi_value").toHaveText("1.2M");
    expect("[data-key=landing_pages] .o_kpi_problem").toHaveText("Ask for access.");
    expect("[data-key=landing_pages] table").toHaveCount(0);
    expect("[data-key=google_ads] li").toHaveCount(3);
});

test("what is undefined is a dash that opens nothing", async () => {
    const parts = [
        { label: "Won", value: 0, unit: "count", open: { model: "crm.lead", domain: [], count: 0 } },
        { label: "Closed", value: 0, unit: "count", open: null },
    ];
    await openBoard(() => answer([{ ...CARD, value: null, previous: null, change: null, trend: [], parts, target: null }]));
    expect(".o_kpi_value").toHaveText("-");
    expect(".o_kpi_card .o_kpi_link").toHaveCount(0);
    expect(".o_kpi_change, .o_kpi_sparkline, .o_kpi_target").toHaveCount(0);
    expect(".o_kpi_parts").toHaveText("0 of 0");
});

test("a part that is longer than its card is cut nowhere", async () => {
    const parts = [
        { label: "Records", value: 58, unit: "count", open: null },
        { label: "Average time until a deal is lost", value: 26.5, unit: "days", open: null },
    ];
    await openBoard(() => answer([{ ...CARD, unit: "days", parts }]));
    const line = queryFirst(".o_kpi_parts");
    line.style.inlineSize = "120px";
    const { left, right } = line.getBoundingClientRect();
    const places = queryAll(".o_kpi_part bdi").flatMap((part) => [...part.getClientRects()]);
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) {
        expect(place.left).toBeGreaterThan(left - 1);
        expect(place.right).toBeLessThan(right + 1);
    }
});

test("a slow section is awaited while the others stand", async () => {
    const slow = new Deferred();
    const asked = [];
    await openBoard((question, keys) => {
        asked.push(keys || null);
        return keys ? slow : answer([LEADS], { pending: ["landing_pages"] });
    });
    expect("[data-key=kpi_leads] .o_kpi_value").toHaveText("1.2M");
    expect(".o_kpi_skeleton[data-key=landing_pages] h2").toHaveText("landing_pages");
    slow.resolve({ sections: { landing_pages: RANKING }, pending: [] });
    await animationFrame();
    expect(".o_kpi_skeleton").toHaveCount(0);
    expect("[data-key=landing_pages] h2").toHaveText("Top landing pages");
    expect(asked).toEqual([null, ["landing_pages"]]);
});

test("what is slow is asked for in two lanes at once", async () => {
    const lanes = [["landing_pages", "forms"], ["referrers"]];
    const slow = Object.fromEntries(lanes.flat().map((key) => [key, new Deferred()]));
    const asked = [];
    await openBoard((question, wanted) => {
        asked.push(wanted || null);
        return wanted ? slow[wanted[0]] : answer([LEADS], { pending: lanes.flat(), lanes });
    });
    expect(asked).toEqual([null, ["landing_pages", "forms"], ["referrers"]]);
    slow.referrers.resolve({ sections: { referrers: { ...RANKING, key: "referrers" } }, pending: [] });
    await animationFrame();
    expect(".o_kpi_skeleton").toHaveCount(2);
    slow.landing_pages.resolve({ sections: { landing_pages: RANKING }, pending: ["forms"] });
    await animationFrame();
    expect(".o_kpi_skeleton[data-key=forms]").toHaveCount(1);
    expect(asked.at(-1)).toEqual(["forms"]);
    slow.forms.resolve({ sections: { forms: { ...RANKING, key: "forms" } }, pending: [] });
    await animationFrame();
    expect(".o_kpi_skeleton").toHaveCount(0);
    expect("[data-key=landing_pages] h2, [data-key=forms] h2, [data-key=referrers] h2").toHaveCount(3);
});

test("when one lane cannot be read, the board says so and waits for nothing", async () => {
    const late = new Deferred();
    await openBoard((question, wanted) => {
        if (!wanted) {
            const lanes = [["landing_pages"], ["forms"]];
            return answer([LEADS], { pending: lanes.flat(), lanes });
        }
        if (wanted[0] === "forms") {
            throw new Error("gone");
        }
        return late;
    });
    await animationFrame();
    expect(".o_kpi_error[role=alert]").toHaveCount(1);
    expect(".o_kpi_skeleton").toHaveCount(0);
    late.resolve({ sections: { landing_pages: RANKING }, pending: [] });
    await animationFrame();
    expect("[data-key=landing_pages]").toHaveCount(0);
});

test("a server that never brings the rest is not asked for ever", async () => {
    let count = 0;
    await openBoard((question, keys) => {
        count++;
        return keys ? { sections: {}, pending: keys } : answer([LEADS], { pending: ["landing_pages"] });
    });
    expect(count).toBe(2);
    expect(".o_kpi_skeleton").toHaveCount(0);
});

test("a late answer to an earlier question is dropped", async () => {
    const late = new Deferred();
    await openBoard((question) => {
        if (question.period === "this_year") {
            return late;
        }
        const value = question.period === "last_year" ? 22 : 11;
        return answer([{ ...LEADS, value }], { asked: question });
    });
    expect(".o_kpi_value").toHaveText("11");
    await contains(".o_kpi_period").click();
    await contains("[data-period=this_year]").click();
    expect(".o_kpi_board").toHaveAttribute("aria-busy", "true");
    expect(".o_kpi_stale").toHaveCount(1);
    await contains(".o_kpi_period").click();
    await contains("[data-period=last_year]").click();
    await animationFrame();
    expect(".o_kpi_value").toHaveText("22");
    late.resolve(answer([{ ...LEADS, value: 99 }]));
    await animationFrame();
    expect(".o_kpi_value").toHaveText("22");
    expect(".o_kpi_stale").toHaveCount(0);
});

test("before there is any lead, it says what to do first", async () => {
    await openBoard(() => answer([CARD, RESULT], { empty: true }));
    expect(".o_kpi_steps li").toHaveCount(3);
    expect(".o_kpi_steps a[href='/contactus']").toHaveText("Open the form");
    expect(".o_kpi_sample_mark").toHaveText(/sample/i);
    expect(".o_kpi_sample").toHaveAttribute("inert");
    expect(".o_kpi_body").toHaveCount(0);
});

test("nothing in the period is said in each section", async () => {
    await openBoard(() => answer([{ ...RESULT, rows: [] }, { ...SERIES, rows: [] }]));
    expect(".o_kpi_nothing").toHaveCount(2);
});

// ------------------------------------------------------------
// What each section shows
// ------------------------------------------------------------

test("a card shows its number, change, parts, target and definition", async () => {
    await openBoard(() => answer([{ ...CARD, note: "Of different months." }]));
    expect(".o_kpi_days").toHaveText("Jul 1 \u2013 Sep 28, 2026 compared with Apr 2 \u2013 Jun 30, 2026");
    expect(".o_kpi_value").toHaveText("30%");
    expect(".o_kpi_change").toHaveClass("o_kpi_good");
    expect(".o_kpi_change bdi").toHaveText("+3.2 pts");
    expect(".o_kpi_parts").toHaveText("12 of 40");
    expect(".o_kpi_target").toHaveText("Target 40%");
    expect(".o_kpi_target_bar > div").toHaveAttribute("style", /75%/);
    expect(".o_kpi_note").toHaveText("Of different months.");
    expect(".o_kpi_sparkline").toHaveAttribute("aria-label", /Jul 1 – Jul 31, 2026: 20%/);
    const info = queryFirst(".o_kpi_info");
    expect(`#${info.getAttribute("aria-describedby")}`).toHaveText(CARD.definition);
});

test("parts that are no fraction are told one by one", async () => {
    const parts = [
        { label: "Deals won", value: 58, unit: "count", open: null },
        { label: "Deals lost", value: 81, unit: "count", open: null },
    ];
    await openBoard(() => answer([{ ...CARD, value: 41.7, parts }]));
    expect(queryAllTexts(".o_kpi_part").map((text) => text.replace(/\s+/g, " "))).toEqual([
        "Deals won 58",
        "Deals lost 81",
    ]);
});

test("the definition comes by keyboard, too", async () => {
    await openBoard(() => answer([CARD]));
    queryFirst(".o_kpi_info").focus();
    await animationFrame();
    expect(".o_popover .o_kpi_definition").toHaveText(new RegExp(CARD.definition));
    await press("Tab");
    queryFirst(".o_kpi_info").blur();
    await animationFrame();
    expect(".o_popover").toHaveCount(0);
});

test("the mouse can go from the sign to the definition, and read on", async () => {
    await openBoard(() => answer([CARD]));
    await hover(".o_kpi_info");
    await animationFrame();
    await hover(".o_kpi_definition");
    await advanceTime(1000);
    expect(".o_kpi_definition").toHaveCount(1);
    await hover(".o_kpi_days");
    await advanceTime(1000);
    expect(".o_kpi_definition").toHaveCount(0);
});

test("a screen reader hears what is shown, and the exact number", async () => {
    await openBoard(() => answer([LEADS]));
    expect(".o_kpi_value").toHaveText("1.2M");
    expect(".o_kpi_value").toHaveAttribute("aria-label", /^Leads: 1.2M \(1,234,567\)/);
});

test("value and parts of a card open their records", async () => {
    await openBoard(() => answer([CARD, LEADS]));
    catchOpened();
    await contains("[data-key=kpi_win_rate] .o_kpi_parts .o_kpi_link").click();
    await contains("[data-key=kpi_leads] .o_kpi_value").click();
    expect("[data-key=kpi_leads] .o_kpi_value").toHaveAttribute("title", /Leads: 1,234,567/);
    expect.verifySteps([
        ["crm.lead", [["won_status", "=", "won"]], "Leads"],
        ["crm.lead", [["type", "=", "lead"]], "Leads"],
    ]);
});

test("a result says who earns and who loses", async () => {
    await openBoard(() => answer([RESULT]));
    const texts = (selector) => queryAllTexts(selector).map(number);
    expect(texts(".o_kpi_summary > span")).toEqual([
        "Earns most: Paid search +$ 3,000",
        "Loses most: Display \u2212$ 1,000",
    ]);
    expect(texts("tbody .o_kpi_result_value").map((text) => text.replace(/\s+/g, " "))).toEqual([
        "+$ 3,000 earns",
        "$ 0",
        "\u2212$ 1,000 loses",
    ]);
    expect("[data-key=paid_search] .o_kpi_bar").toHaveClass("o_kpi_good");
    expect("[data-key=display] .o_kpi_bar").toHaveClass("o_kpi_bad");
    expect(texts("[data-key=organic] .o_kpi_numeric")).toEqual(["$ 0", "-", "-", "0"]);
    expect(texts("tfoot td")).toEqual(["", "+$ 2,000", "$ 5,500", "$ 3,500", "57.1%", "49"]);
    const [earning, , losing] = queryAll("tbody .o_kpi_bar").map((bar) => bar.getBoundingClientRect());
    const zero = queryFirst(".o_kpi_zero").getBoundingClientRect();
    expect(Math.abs(earning.left - zero.left)).toBeLessThan(2);
    expect(Math.abs(losing.right - zero.left)).toBeLessThan(2);
    expect(earning.width).toBeGreaterThan(2.5 * losing.width);
});

test("who may see no cost sees revenue, and no verdict", async () => {
    const measures = RESULT.measures.filter((measure) => ["revenue", "leads"].includes(measure.key));
    await openBoard(() => answer([{ ...RESULT, has_cost: false, measures, total: null }]));
    expect(queryAllTexts("thead th")).toEqual(["Name", "Revenue", "Leads"]);
    expect(".o_kpi_summary").toHaveCount(0);
    expect("tbody .o_kpi_good, tbody .o_kpi_bad").toHaveCount(0);
    expect(number(queryFirst("[data-key=display] .o_kpi_result_value").innerText.trim())).toBe("$ 500");
});

test("the funnel has its rates and days between the steps", async () => {
    await openBoard(() => answer([FUNNEL]));
    expect(queryAllTexts(".o_kpi_funnel_between").map((text) => text.replace(/\s+/g, " "))).toEqual([
        "25% go on after 3.5 days (median)",
        "0% go on",
    ]);
    expect("[data-key=qualified] .o_kpi_bar").toHaveAttribute("style", /25%/);
    expect("[data-key=won] .o_kpi_link").toHaveCount(0);
});

test("a series is a chart, its table opens the cells", async () => {
    await openBoard(() => answer([SERIES]));
    catchOpened();
    const data = () => Object.values(window.Chart.instances)[0].data;
    expect(data().labels).toEqual(["Jul 26", "Aug 26"]);
    expect(data().datasets.map((one) => one.data)).toEqual([[3, 0], [1, 4]]);
    expect(queryAllTexts(".o_kpi_legend .o_kpi_number")).toEqual(["3", "5"]);
    await contains("[data-measure=revenue]").click();
    expect(data().datasets.map((one) => one.data)).toEqual([[100, 250], [0, 0]]);
    expect("[data-measure=revenue]").toHaveAttribute("aria-pressed", "true");
    await contains("summary").click();
    await contains(".o_kpi_cells tr:eq(1) td:eq(1) .o_kpi_link").click();
    expect.verifySteps([
        [
            "crm.lead",
            ["&", ["b", "=", 2], ["channel", "=", "paid_search"]],
            "Revenue, Paid search, Aug 1 \u2013 Aug 31, 2026",
        ],
    ]);
    expect(".o_kpi_cells tr:eq(2) .o_kpi_link").toHaveCount(0);
});

test("a ranking is drawn by its first measure", async () => {
    await openBoard(() => answer([RANKING]));
    catchOpened();
    expect(queryAll(".o_kpi_ranking .o_kpi_bar").map((bar) => bar.style.inlineSize)).toEqual(["100%", "25%"]);
    expect(queryAllTexts("[data-key='/b'] .o_kpi_numeric")).toEqual(["2", "-"]);
    await contains(".btn-link:contains(See all)").click();
    expect.verifySteps([["crm.lead", [], "Landing pages"]]);
});

test("a status shouts only where there is something", async () => {
    await openBoard(() => answer([STATUS]));
    expect(queryAll(".o_kpi_status li").map((row) => row.className)).toEqual([
        "o_kpi_tone_success",
        "o_kpi_tone_danger",
        "o_kpi_tone_muted",
    ]);
    expect(queryAllTexts(".o_kpi_status li").map((text) => text.replace(/\s+/g, " "))).toEqual([
        "Delivered 12",
        "Needs somebody 2",
        "Waiting 0",
    ]);
});

// ------------------------------------------------------------
// Asking
// ------------------------------------------------------------

test("period and filters are asked, stand in the address and can be let go of", async () => {
    const asked = [];
    await openBoard((question) => {
        asked.push(question);
        return answer([LEADS], { asked: question });
    });
    await contains(".o_kpi_period").click();
    await contains("[data-period=this_quarter]").click();
    await runAllTimers();
    expect(router.current.period).toBe("this_quarter");
    expect(".o_kpi_period").toHaveText(/This quarter/);
    await contains(".o_kpi_filters").click();
    await contains(".o_kpi_filter_channel").click();
    await contains("input[data-value=email]").click();
    await runAllTimers();
    expect(router.current.channel).toBe("email");
    expect("[data-filter=channel]").toHaveText(/Channel\s*E-mail/);
    expect(".o_kpi_export").toHaveAttribute("href", /period=this_quarter&channel=email/);
    await contains("[data-filter=channel] .btn-close").click();
    await runAllTimers();
    expect(router.current.channel).toBe(undefined);
    expect(".o_kpi_facets").toHaveCount(0);
    expect(asked).toEqual([
        {},
        { period: "this_quarter" },
        { period: "this_quarter", channel: ["email"] },
        { period: "this_quarter" },
    ]);
});

test("each question is one entry in the browser's history", async () => {
    await openBoard((question) => answer([LEADS], { asked: question }));
    await runAllTimers();
    patchWithCleanup(window.history, {
        pushState(state, title, url) {
            expect.step(new URL(url).search);
            return super.pushState(...arguments);
        },
    });
    for (const period of ["this_year", "last_year"]) {
        await contains(".o_kpi_period").click();
        await contains(`[data-period=${period}]`).click();
        await runAllTimers();
    }
    expect.verifySteps(["?period=this_year", "?period=last_year"]);
    expect(router.current.period).toBe("last_year");
});

test("an address with a question is asked at once", async () => {
    const asked = [];
    await openBoard((question) => {
        asked.push(question);
        return answer([LEADS], { asked: question });
    }, { address: "/odoo/conversion-board?period=last_year&channel=paid_search%2Cemail&team=nonsense" });
    expect(asked).toEqual([{ period: "last_year", channel: ["paid_search", "email"] }]);
    expect("[data-filter=channel]").toHaveText(/Paid search or E-mail/);
});

test("the keyboard reaches what a panel holds, and comes back to its button", async () => {
    await openBoard(() => answer([LEADS]));
    queryFirst(".o_kpi_filters").focus();
    await press("Enter");
    await animationFrame();
    expect(".o_kpi_filter_menu").toHaveAttribute("role", "dialog");
    expect(".o_kpi_filter_menu").toHaveAttribute("aria-label", "Filters");
    const goTo = async (selector) => {
        for (let pressed = 0; pressed < 20 && !queryFirst(`${selector}:focus`); pressed++) {
            await press("Tab");
            await animationFrame();
        }
        expect(selector).toBeFocused();
    };
    await goTo(".o_kpi_filter_channel");
    await press("Enter");
    await animationFrame();
    await goTo("input[data-value=email]");
    await press("Enter");
    await runAllTimers();
    expect(router.current.channel).toBe("email");
    await press("Escape");
    await animationFrame();
    expect(".o_kpi_filters").toBeFocused();
    await contains(".o_kpi_period").click();
    expect("[data-period=last_90_days]").toHaveAttribute("role", "menuitemradio");
    await goTo(".o_kpi_custom label:first-child input");
    await goTo(".o_kpi_apply");
});

test("a name is searched among many", async () => {
    const searched = [];
    onRpc("name_search", ({ model, kwargs }) => {
        searched.push([model, kwargs.name]);
        return kwargs.name ? [[9, "Autumn webinar"]] : [[1, "Spring"]];
    });
    const asked = [];
    await openBoard((question) => {
        asked.push(question);
        return answer([LEADS], { asked: question });
    });
    await contains(".o_kpi_filters").click();
    await contains(".o_kpi_filter_campaign").click();
    expect(queryAllTexts(".o_kpi_option")).toEqual(["Without campaign", "Spring"]);
    await contains(".o_kpi_picker input[type=search]").edit("webinar", { confirm: false });
    await runAllTimers();
    expect(queryAllTexts(".o_kpi_option")).toEqual(["Autumn webinar"]);
    await contains("input[data-value='9']").click();
    expect("[data-filter=campaign]").toHaveText(/Autumn webinar/);
    expect(searched).toEqual([["utm.campaign", ""], ["utm.campaign", "webinar"]]);
    expect(asked.at(-1)).toEqual({ campaign: [9] });
});

// ------------------------------------------------------------
// Customize
// ------------------------------------------------------------

test("a reader hides and orders what they see", async () => {
    const saved = [];
    onRpc("conversion.board.layout", "save", ({ args }) => {
        saved.push(args);
        return true;
    });
    let asked = 0;
    await openBoard(() => {
        asked++;
        return answer([CARD, LEADS, STATUS]);
    });
    await contains(".o_kpi_customize").click();
    expect(".o_kpi_save_default").toHaveCount(0);
    expect(queryAllTexts(".o_kpi_entry")).toEqual(["Deal win rate", "Leads", "Delivery to Google Ads"]);
    await contains("[aria-label='Move Leads up']").click();
    expect(".o_kpi_layout [role=status]").toHaveText("Leads is now number 1");
    // where it goes no further, the keyboard is still there, and nothing moves
    expect("[aria-label='Move Leads up']").toBeFocused();
    await press("Enter");
    expect(queryAllTexts(".o_kpi_entry")).toEqual(["Leads", "Deal win rate", "Delivery to Google Ads"]);
    await contains(".o_kpi_entry[data-key=kpi_win_rate] input").click();
    await contains(".o_kpi_save").click();
    expect(saved).toEqual([[["kpi_leads", "google_ads"], false]]);
    expect(".modal").toHaveCount(0);
    expect(asked).toBe(2);
});

test("dragging orders, too, and a board of nothing is not saved", async () => {
    await openBoard(() => answer([CARD, LEADS]));
    await contains(".o_kpi_customize").click();
    await contains("[data-key=kpi_leads] .o_kpi_handle").dragAndDrop(".o_kpi_entry[data-key=kpi_win_rate]");
    expect(queryAllTexts(".o_kpi_entry")).toEqual(["Leads", "Deal win rate"]);
    for (const key of ["kpi_leads", "kpi_win_rate"]) {
        await contains(`.o_kpi_entry[data-key=${key}] input`).click();
    }
    expect(".o_kpi_save").not.toBeEnabled();
});

test("a manager sets the default, and everybody can go back to it", async () => {
    onRpc("conversion.board.layout", "save", ({ args }) => {
        expect.step(args);
        return true;
    });
    onRpc("conversion.board.layout", "reset", () => {
        expect.step("reset");
        return true;
    });
    await openBoard(() => answer([LEADS], { can_set_default: true }));
    await contains(".o_kpi_customize").click();
    await contains(".o_kpi_save_default").click();
    await contains(".o_kpi_customize").click();
    await contains(".o_kpi_reset").click();
    expect.verifySteps([[["kpi_leads"], true], "reset"]);
});
