import { Component } from "@odoo/owl";
import { BoardFunnel } from "./board_funnel";
import { BoardRanking } from "./board_ranking";
import { BoardResult } from "./board_result";
import { BoardSeries } from "./board_series";
import { BoardStatus } from "./board_status";

const DRAWINGS = {
    funnel: BoardFunnel,
    ranking: BoardRanking,
    result: BoardResult,
    series: BoardSeries,
    status: BoardStatus,
};

/** The frame of what lies below the cards: title, drawing, and what to know about it. */
export class BoardSection extends Component {
    static template = "conversion_tracking.BoardSection";
    static props = { section: Object };

    get drawing() {
        return DRAWINGS[this.props.section.type];
    }

    get isEmpty() {
        const { rows, steps } = this.props.section;
        return !(rows || steps || []).length;
    }
}
