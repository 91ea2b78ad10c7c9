import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { BoardNumber } from "./board_number";
import { formatSigned } from "./board_numbers";

/**
 * Bars of what rows earned or lost, on one scale with zero at the same place in all of them.
 *
 * @param {(number|null)[]} profits
 * @returns {{start: number, width: number}[]} percent of the whole width, from its beginning
 */
export function getBars(profits) {
    const known = profits.map((profit) => profit || 0);
    const low = Math.min(0, ...known);
    const span = Math.max(0, ...known) - low || 1;
    return known.map((profit) => ({
        start: (100 * (Math.min(profit, 0) - low)) / span,
        width: (100 * Math.abs(profit)) / span,
    }));
}

/** Which channels or campaigns earn, and which lose: revenue minus cost, beside both. */
export class BoardResult extends Component {
    static template = "conversion_tracking.BoardResult";
    static components = { BoardNumber };
    static props = { section: Object };

    get drawn() {
        return this.props.section.has_cost === false ? "revenue" : "profit";
    }

    get rows() {
        const rows = [...this.props.section.rows];
        const bars = getBars(rows.map((row) => row.values[this.drawn]));
        return rows.map((row, index) => ({
            ...row,
            result: row.values[this.drawn],
            bar: bars[index],
            verdict: this.judge(row.values[this.drawn]),
        }));
    }

    /** Where zero is, percent of the width. */
    get zero() {
        const [bar] = getBars([0, ...this.props.section.rows.map((row) => row.values[this.drawn])]);
        return bar.start;
    }

    get columns() {
        return this.props.section.measures.filter((measure) => measure.key !== this.drawn);
    }

    get drawnMeasure() {
        return this.props.section.measures.find((measure) => measure.key === this.drawn);
    }

    judge(result) {
        if (this.drawn !== "profit" || !result) {
            return { tone: "neutral", word: "" };
        }
        return result > 0
            ? { tone: "good", word: _t("earns") }
            : { tone: "bad", word: _t("loses") };
    }

    /** The answer in one sentence: who earns most, who loses most. */
    get summary() {
        if (this.drawn !== "profit") {
            return [];
        }
        const rows = this.rows.filter((row) => row.result);
        const by = (row) => row.result;
        const best = rows.reduce((one, row) => (!one || by(row) > by(one) ? row : one), null);
        const worst = rows.reduce((one, row) => (!one || by(row) < by(one) ? row : one), null);
        const amount = (row) => formatSigned(row.result, "money", this.env.board.currencyId);
        const said = [];
        if (best?.result > 0) {
            said.push({ tone: "good", text: _t("Earns most"), row: best, amount: amount(best) });
        }
        if (worst?.result < 0) {
            said.push({ tone: "bad", text: _t("Loses most"), row: worst, amount: amount(worst) });
        }
        return said;
    }
}
