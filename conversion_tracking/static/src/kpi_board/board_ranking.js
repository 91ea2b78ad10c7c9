import { Component } from "@odoo/owl";
import { BoardNumber } from "./board_number";

/** The first of a list, by its first measure, which is also drawn. */
export class BoardRanking extends Component {
    static template = "conversion_tracking.BoardRanking";
    static components = { BoardNumber };
    static props = { section: Object };

    get rows() {
        const { rows, measures } = this.props.section;
        const value = (row) => row.values[measures[0]?.key] || 0;
        const most = Math.max(0, ...rows.map(value)) || 1;
        return rows.map((row) => ({ ...row, width: Math.max(0, (100 * value(row)) / most) }));
    }
}
