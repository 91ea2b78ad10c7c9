import { _t } from "@web/core/l10n/translation";
import { roundDecimals } from "@web/core/utils/numbers";
import { formatFloat, formatInteger, formatMonetary, formatPercentage } from "@web/views/fields/formatters";

/** What stands where there is nothing to say: a rate of nothing, a cost nobody entered. */
export const UNDEFINED = "-";
const MINUS = "\u2212";
// From here on a number is shortened; smaller ones fit whole and are read more exactly.
const LARGE = 1000000;
// From here on the cents of an amount, and tenths of percents, are noise.
const NO_CENTS = 100;

const isDefined = (value) => value !== null && value !== undefined && value !== false;

/**
 * A number as a reader finds it at a glance.
 *
 * @param {number|null} value
 * @param {"count"|"money"|"percent"|"days"} unit percent is 0..100
 * @param {number} [currencyId] of money
 */
export function formatShort(value, unit, currencyId) {
    if (!isDefined(value)) {
        return UNDEFINED;
    }
    const size = Math.abs(value);
    const whole = size >= NO_CENTS || Number.isInteger(value);
    if (unit === "money") {
        if (size >= LARGE) {
            return formatMonetary(value, { currencyId, humanReadable: true, digits: [16, 1] });
        }
        return formatMonetary(value, { currencyId, ...(whole && { digits: [16, 0] }) });
    }
    if (unit === "count" && size >= LARGE) {
        return formatInteger(value, { humanReadable: true, decimals: 1 });
    }
    if (unit === "percent" && size >= NO_CENTS) {
        // a return of many times the cost
        return `${formatInteger(Math.round(value))}%`;
    }
    return formatExact(value, unit);
}

/** The same with all that is known of it, see `formatShort`. */
export function formatExact(value, unit, currencyId) {
    if (!isDefined(value)) {
        return UNDEFINED;
    }
    switch (unit) {
        case "money":
            return formatMonetary(value, { currencyId });
        case "percent":
            return formatPercentage(value / 100, { digits: [16, 1] });
        case "days":
            return formatDays(value);
        default:
            return Number.isInteger(value)
                ? formatInteger(value)
                : formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }
}

function formatDays(value) {
    const days = formatFloat(value, { digits: [16, 1], trailingZeros: false });
    return roundDecimals(value, 1) === 1 ? _t("%s day", days) : _t("%s days", days);
}

/** With its sign before everything else, also before the currency. */
export function formatSigned(value, unit, currencyId) {
    if (!isDefined(value)) {
        return UNDEFINED;
    }
    const sign = value > 0 ? "+" : value < 0 ? MINUS : "";
    return sign + formatShort(Math.abs(value), unit, currencyId);
}

/**
 * What became of a card's number since the period before.
 *
 * @param {{unit: string, previous: number|null, change: number|null, direction: number}} card
 * @returns {{text: string, arrow: string, tone: "good"|"bad"|"neutral", verdict: string}|null}
 */
export function describeChange({ unit, previous, change, direction }, currencyId) {
    if (!isDefined(change)) {
        return null;
    }
    const points = unit === "percent";
    const decimals = points || Math.abs(change) < 0.1 ? 1 : 0;
    // what is too small to be read is no change
    const shown = roundDecimals(points ? change : change * 100, decimals);
    const size = formatFloat(Math.abs(shown), { digits: [16, decimals], trailingZeros: false });
    const sign = shown > 0 ? "+" : shown < 0 ? MINUS : "";
    const tone = { 1: "good", [-1]: "bad" }[Math.sign(shown) * (direction || 0)] || "neutral";
    const before = formatExact(previous, unit, currencyId);
    return {
        text: points ? _t("%s pts", sign + size) : `${sign}${size}%`,
        arrow: shown > 0 ? "\u25B2" : shown < 0 ? "\u25BC" : "=",
        tone,
        verdict: {
            good: _t("Better than before: %s", before),
            bad: _t("Worse than before: %s", before),
            neutral: _t("Before: %s", before),
        }[tone],
    };
}

/**
 * How far a card is on the way to its target.
 *
 * @returns {{percent: number, reached: boolean}|null} percent of the way, 0..100
 */
export function describeTarget({ value, target, direction }) {
    if (!isDefined(target) || !isDefined(value)) {
        return null;
    }
    if (direction < 0) {
        // less is better: reached as long as the value stays below
        const percent = value > target ? (100 * target) / value : 100;
        return { percent: Math.max(0, percent), reached: value <= target };
    }
    const percent = target > 0 ? (100 * value) / target : 100;
    return { percent: Math.min(100, Math.max(0, percent)), reached: value >= target };
}

const deserialize = (day) => luxon.DateTime.fromISO(day);

/**
 * Days as a reader writes them, the year only once: "1 Jul – 30 Sep 2026".
 *
 * @param {string} from first day, ISO
 * @param {string} to last day, ISO
 */
export function formatPeriod(from, to) {
    const [first, last] = [deserialize(from), deserialize(to)];
    const { DATE_MED } = luxon.DateTime;
    if (first.hasSame(last, "day")) {
        return last.toLocaleString(DATE_MED);
    }
    const start = first.hasSame(last, "year") ? { month: "short", day: "numeric" } : DATE_MED;
    return `${first.toLocaleString(start)} \u2013 ${last.toLocaleString(DATE_MED)}`;
}

/** A step of time below a bar: one day of it, or the month, quarter or year. */
export function formatStep({ from }, step) {
    const day = deserialize(from);
    switch (step) {
        case "month":
            return day.toLocaleString({ month: "short", year: "2-digit" });
        case "quarter":
            return `Q${day.quarter} ${day.toFormat("yyyy")}`;
        case "year":
            return day.toFormat("yyyy");
        default:
            return day.toLocaleString({ month: "short", day: "numeric" });
    }
}
