import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { getBars } from "@conversion_tracking/kpi_board/board_result";
import { getEntries, moveBefore } from "@conversion_tracking/kpi_board/board_layout_editor";
import {
    describeChange,
    describeTarget,
    formatExact,
    formatPeriod,
    formatShort,
    formatSigned,
} from "@conversion_tracking/kpi_board/board_numbers";
import {
    getExportUrl,
    readQuery,
    withFilter,
    withPeriod,
    writeQuery,
} from "@conversion_tracking/kpi_board/board_query";
import { getPoints } from "@conversion_tracking/kpi_board/kpi_sparkline";

describe.current.tags("headless");

const clean = (text) => text.replaceAll("\u00a0", " ");

test("what is undefined is a dash, and zero is zero", async () => {
    await makeMockEnv();
    for (const unit of ["count", "money", "percent", "days"]) {
        expect(formatShort(null, unit)).toBe("-");
        expect(formatExact(undefined, unit)).toBe("-");
        expect(formatSigned(null, unit)).toBe("-");
    }
    expect(formatShort(0, "count")).toBe("0");
    expect(formatShort(0, "percent")).toBe("0%");
});

test("large numbers are short, small ones whole", async () => {
    await makeMockEnv();
    expect(formatShort(99999, "count")).toBe("99,999");
    expect(formatShort(1234567, "count")).toBe("1.2M");
    expect(formatExact(1234567, "count")).toBe("1,234,567");
    expect(clean(formatShort(12345.67, "money", 1))).toBe("$ 12,346");
    expect(clean(formatShort(1234567, "money", 1))).toBe("$ 1.2M");
    expect(clean(formatExact(12345.67, "money", 1))).toBe("$ 12,345.67");
    expect(clean(formatShort(12.5, "money", 1))).toBe("$ 12.50");
    expect(formatShort(33.333, "percent")).toBe("33.3%");
    expect(formatShort(1433.4, "percent")).toBe("1,433%");
    expect(formatExact(1433.4, "percent")).toBe("1433.4%");
    expect(formatShort(1, "days").toString()).toBe("1 day");
    expect(formatShort(0.96, "days").toString()).toBe("1 day");
    expect(formatShort(3.25, "days").toString()).toBe("3.3 days");
});

test("the sign stands before the currency", async () => {
    await makeMockEnv();
    expect(clean(formatSigned(-2100, "money", 1))).toBe("\u2212$ 2,100");
    expect(clean(formatSigned(2100, "money", 1))).toBe("+$ 2,100");
    expect(clean(formatSigned(0, "money", 1))).toBe("$ 0");
});

test("a change says by sign, arrow and word whether it is good", async () => {
    await makeMockEnv();
    const card = { unit: "count", previous: 50, change: 0.12, direction: 1 };
    expect(describeChange({ ...card, change: null })).toBe(null);
    expect(describeChange(card)).toMatchObject({ text: "+12%", arrow: "\u25B2", tone: "good" });
    expect(describeChange({ ...card, change: -0.034 })).toMatchObject({ text: "\u22123.4%", tone: "bad" });
    expect(describeChange({ ...card, direction: -1 })).toMatchObject({ arrow: "\u25B2", tone: "bad" });
    expect(describeChange({ ...card, direction: 0 }).tone).toBe("neutral");
    expect(describeChange({ ...card, change: 0 })).toMatchObject({ text: "0%", tone: "neutral" });
    // what fractions leave behind, and what nobody could read
    for (const change of [1e-16, -1e-16, 0.0004]) {
        expect(describeChange({ ...card, change })).toMatchObject({ text: "0%", arrow: "=", tone: "neutral" });
    }
    const points = describeChange({ unit: "percent", previous: 26.8, change: 3.2, direction: 1 });
    expect(points.text.toString()).toBe("+3.2 pts");
    expect(points.verdict.toString()).toBe("Better than before: 26.8%");
});

test("a target is reached from the side that is good", () => {
    expect(describeTarget({ value: null, target: 10, direction: 1 })).toBe(null);
    expect(describeTarget({ value: 5, target: null, direction: 1 })).toBe(null);
    expect(describeTarget({ value: 5, target: 10, direction: 1 })).toEqual({ percent: 50, reached: false });
    expect(describeTarget({ value: 20, target: 10, direction: 1 })).toEqual({ percent: 100, reached: true });
    expect(describeTarget({ value: 20, target: 10, direction: -1 })).toEqual({ percent: 50, reached: false });
    expect(describeTarget({ value: 8, target: 10, direction: -1 })).toEqual({ percent: 100, reached: true });
    expect(describeTarget({ value: -3, target: 10, direction: 1 })).toEqual({ percent: 0, reached: false });
});

test("a period tells its year once", () => {
    expect(formatPeriod("2026-07-01", "2026-09-30")).toBe("Jul 1 \u2013 Sep 30, 2026");
    expect(formatPeriod("2025-12-01", "2026-01-31")).toBe("Dec 1, 2025 \u2013 Jan 31, 2026");
    expect(formatPeriod("2026-07-01", "2026-07-01")).toBe("Jul 1, 2026");
});

test("nonsense in the address is left out", () => {
    const state = { period: 7, team: "x,3,,-1,1.5", user: "none", channel: "", from: undefined, other: "a" };
    expect(readQuery(state)).toEqual({ team: [3], user: [false] });
    expect(readQuery({})).toEqual({});
});

test("a question survives the address bar", () => {
    const asked = {
        period: "custom",
        from: "2026-01-01",
        to: "2026-01-31",
        team: [1, 3],
        user: [false],
        channel: ["paid_search", "email"],
    };
    const query = writeQuery(asked);
    expect(query).toEqual({
        period: "custom",
        from: "2026-01-01",
        to: "2026-01-31",
        team: "1,3",
        user: "none",
        channel: "paid_search,email",
        source: undefined,
        medium: undefined,
        campaign: undefined,
        company: undefined,
    });
    expect(readQuery(query)).toEqual(asked);
    // the router makes numbers of numbers
    expect(readQuery({ campaign: 5 })).toEqual({ campaign: [5] });
    expect(getExportUrl({ period: "this_year", team: [1, 3] })).toBe(
        "/conversion_tracking/board.xlsx?period=this_year&team=1%2C3"
    );
    expect(getExportUrl({})).toBe("/conversion_tracking/board.xlsx");
});

test("days go when a preset comes, a filter goes with its last value", () => {
    const asked = { period: "custom", from: "2026-01-01", to: "2026-01-31", team: [1] };
    expect(withPeriod(asked, "this_year")).toEqual({ period: "this_year", team: [1] });
    expect(withPeriod({}, "custom", "2026-01-01", "2026-01-02")).toEqual({
        period: "custom",
        from: "2026-01-01",
        to: "2026-01-02",
    });
    expect(withFilter(asked, "team", []).team).toBe(undefined);
    expect(withFilter(asked, "user", [4])).toEqual({ ...asked, user: [4] });
});

test("bars share one zero", () => {
    expect(getBars([])).toEqual([]);
    expect(getBars([0, null])).toEqual([
        { start: 0, width: 0 },
        { start: 0, width: 0 },
    ]);
    expect(getBars([300, -100])).toEqual([
        { start: 25, width: 75 },
        { start: 0, width: 25 },
    ]);
    expect(getBars([-100, -50])).toEqual([
        { start: 0, width: 100 },
        { start: 50, width: 50 },
    ]);
});

test("a trend passes over what is undefined", () => {
    const values = (...numbers) => numbers.map((value) => ({ value }));
    expect(getPoints(values())).toEqual([]);
    expect(getPoints(values(null, null))).toEqual([]);
    expect(getPoints(values(0, 10))).toEqual([[0, 26], [100, 2]]);
    expect(getPoints(values(5, null, 5))).toEqual([[0, 2], [100, 2]]);
    expect(getPoints(values(5))).toEqual([[100, 2]]);
    expect(getPoints(values(-5, 5))).toEqual([[0, 26], [100, 2]]);
});

test("a layout shows first what is shown", () => {
    const available = ["a", "b", "c"].map((key) => ({ key, title: key, group: "kpi" }));
    const entries = getEntries(available, ["c", "a", "gone"]);
    expect(entries.map((entry) => [entry.key, entry.shown])).toEqual([
        ["c", true],
        ["a", true],
        ["b", false],
    ]);
    expect(moveBefore(entries, "b", "c").map((entry) => entry.key)).toEqual(["b", "c", "a"]);
    expect(moveBefore(entries, "c", undefined).map((entry) => entry.key)).toEqual(["a", "b", "c"]);
});
