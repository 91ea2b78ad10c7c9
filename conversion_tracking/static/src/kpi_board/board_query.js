/**
 * What a reader asks the board, and how it stands in the address bar:
 * `?period=this_quarter&team=1,3&channel=paid_search`.
 */

/** What a board can be filtered by; the ids of all but channels are numbers. */
export const FILTERS = ["team", "user", "source", "medium", "campaign", "channel", "company"];
// "Without team" is a choice, too.
const NONE = "none";

/**
 * @param {Object} state of the router: the address bar's query, numbers already cast
 * @returns {Object} the question; what cannot be is left out
 */
export function readQuery(state) {
    const asked = {};
    for (const name of ["period", "from", "to"]) {
        if (typeof state[name] === "string") {
            asked[name] = state[name];
        }
    }
    for (const name of FILTERS) {
        const values = String(state[name] ?? "")
            .split(",")
            .filter(Boolean)
            .map((text) => readValue(name, text))
            .filter((value) => value !== null);
        if (values.length) {
            asked[name] = [...new Set(values)];
        }
    }
    return asked;
}

function readValue(name, text) {
    if (name === "channel") {
        return text;
    }
    return text === NONE ? false : /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The question as query; keys that go away from the address bar are undefined. */
export function writeQuery(asked) {
    const query = { period: asked.period, from: undefined, to: undefined };
    if (asked.period === "custom") {
        Object.assign(query, { from: asked.from, to: asked.to });
    }
    for (const name of FILTERS) {
        const values = asked[name] || [];
        query[name] = values.length
            ? values.map((value) => (value === false ? NONE : value)).join(",")
            : undefined;
    }
    return query;
}

/** The same question with other values of one filter. */
export function withFilter(asked, name, values) {
    const changed = { ...asked, [name]: values };
    if (!values.length) {
        delete changed[name];
    }
    return changed;
}

/** The same question about other days. */
export function withPeriod(asked, period, from, to) {
    const changed = { ...asked, period };
    delete changed.from;
    delete changed.to;
    return period === "custom" ? { ...changed, from, to } : changed;
}

/** Address of the spreadsheet with the same numbers. */
export function getExportUrl(asked) {
    const query = Object.entries(writeQuery(asked)).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(query).toString();
    return `/conversion_tracking/board.xlsx${search && "?"}${search}`;
}
