import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatPeriod, formatShort } from "./board_numbers";

const HEIGHT = 28;
// so that the line's width is not cut off at the top and bottom
const MARGIN = 2;

/**
 * Points of the trend in a box 100 wide; a step without value interrupts the line.
 *
 * @param {{value: number|null}[]} trend
 * @returns {number[][][]} lines of [x, y]
 */
export function getLines(trend) {
    const values = trend.map((step) => step.value).filter((value) => typeof value === "number");
    // from zero, so that a small change does not look like a large one
    const low = Math.min(0, ...values);
    const span = Math.max(0, ...values) - low || 1;
    const lines = [[]];
    trend.forEach(({ value }, index) => {
        if (typeof value !== "number") {
            lines.push([]);
            return;
        }
        const x = trend.length > 1 ? (100 * index) / (trend.length - 1) : 100;
        const y = HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
        lines.at(-1).push([round(x), round(y)]);
    });
    return lines.filter((line) => line.length);
}

const round = (number) => Math.round(number * 100) / 100;

/** The trend of a card as a small line. */
export class KpiSparkline extends Component {
    static template = "conversion_tracking.KpiSparkline";
    static props = { trend: Array, unit: String };

    get lines() {
        return getLines(this.props.trend).map((line) => {
            // a lonely point would be no line
            const points = line.length > 1 ? line : [[line[0][0] - 1, line[0][1]], line[0]];
            const path = points.map((point) => point.join(" ")).join(" L ");
            const [first, last] = [points[0][0], points.at(-1)[0]];
            return { line: `M ${path}`, area: `M ${path} L ${last} ${HEIGHT} L ${first} ${HEIGHT} Z` };
        });
    }

    get label() {
        const said = this.props.trend.filter((step) => typeof step.value === "number");
        const describe = (step) =>
            `${formatPeriod(step.from, step.to)}: ${formatShort(
                step.value,
                this.props.unit,
                this.env.board.currencyId
            )}`;
        return _t("Trend from %(first)s to %(last)s", {
            first: describe(said[0]),
            last: describe(said.at(-1)),
        });
    }
}
