import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatPeriod, formatShort } from "./board_numbers";

const HEIGHT = 28;
// so that the line's width is not cut off at the top and bottom
const MARGIN = 2;

/**
 * Points of the trend in a box 100 wide. A step without value, such as a day on which nothing was
 * won, is passed over: the line goes on to the next one that has one.
 *
 * @param {{value: number|null}[]} trend
 * @returns {number[][]} points [x, y]
 */
export function getPoints(trend) {
    const values = trend.map((step) => step.value).filter((value) => typeof value === "number");
    // from zero, so that a small change does not look like a large one
    const low = Math.min(0, ...values);
    const span = Math.max(0, ...values) - low || 1;
    const points = [];
    trend.forEach(({ value }, index) => {
        if (typeof value === "number") {
            const x = trend.length > 1 ? (100 * index) / (trend.length - 1) : 100;
            const y = HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
            points.push([round(x), round(y)]);
        }
    });
    return points;
}

const round = (number) => Math.round(number * 100) / 100;

/** The trend of a card as a small line. */
export class KpiSparkline extends Component {
    static template = "conversion_tracking.KpiSparkline";
    static props = { trend: Array, unit: String };

    /** Paths of the line and of the area below it; none without any value. */
    get paths() {
        const points = getPoints(this.props.trend);
        if (!points.length) {
            return null;
        }
        if (points.length === 1) {
            // a lonely point would be no line
            points.unshift([points[0][0] - 1, points[0][1]]);
        }
        const line = points.map((point) => point.join(" ")).join(" L ");
        const [first, last] = [points[0][0], points.at(-1)[0]];
        return { line: `M ${line}`, area: `M ${line} L ${last} ${HEIGHT} L ${first} ${HEIGHT} Z` };
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
