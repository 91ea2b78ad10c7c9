import { Component } from "@odoo/owl";
import { BoardNumber } from "./board_number";

const ICONS = {
    success: "fa-check-circle",
    info: "fa-clock-o",
    warning: "fa-exclamation-triangle",
    danger: "fa-times-circle",
    muted: "fa-minus-circle",
};

/** What is well and what needs somebody, each with its number. */
export class BoardStatus extends Component {
    static template = "conversion_tracking.BoardStatus";
    static components = { BoardNumber };
    static props = { section: Object };

    getTone(row) {
        // what needs nobody should not shout
        return row.value && row.tone in ICONS ? row.tone : "muted";
    }

    getIcon(row) {
        return ICONS[row.tone] || ICONS.muted;
    }
}
