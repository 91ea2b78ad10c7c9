import { Component, onWillUnmount } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { BoardNumber } from "./board_number";
import { describeChange, describeTarget, formatExact, formatShort } from "./board_numbers";
import { KpiSparkline } from "./kpi_sparkline";

// milliseconds in which the mouse goes from the sign to the definition
const PATIENCE = 200;

/** The definition of a key figure, beside its card. */
class KpiDefinition extends Component {
    static template = "conversion_tracking.KpiDefinition";
    static props = {
        title: String,
        definition: String,
        note: { type: [String, { value: null }, { value: false }], optional: true },
        // the mouse is on it, or has left it
        hold: Function,
        release: Function,
        close: { type: Function, optional: true },
    };
}

/** One key figure: its value, what became of it since the period before, and its records. */
export class KpiCard extends Component {
    static template = "conversion_tracking.KpiCard";
    static components = { BoardNumber, KpiSparkline };
    static props = { card: Object };

    setup() {
        this.popover = usePopover(KpiDefinition, { position: "bottom-start", arrow: true });
        onWillUnmount(() => this.hold());
    }

    get question() {
        return _t("What %s means", this.props.card.title);
    }

    get definitionId() {
        return `o_kpi_definition_${this.props.card.key}`;
    }

    get change() {
        return describeChange(this.props.card, this.env.board.currencyId);
    }

    get target() {
        const { card } = this.props;
        const target = describeTarget(card);
        if (!target) {
            return null;
        }
        const short = formatShort(card.target, card.unit, this.env.board.currencyId);
        return {
            ...target,
            text: target.reached ? _t("Target %s reached", short) : _t("Target %s", short),
            exact: formatExact(card.target, card.unit, this.env.board.currencyId),
        };
    }

    /** "12 of 40": the parts of a rate are read together, if it is the one divided by the other. */
    get isRate() {
        const { unit, value, parts = [] } = this.props.card;
        if (unit !== "percent" || parts.length !== 2) {
            return false;
        }
        const [part, whole] = parts.map((one) => one.value);
        return whole ? Math.abs((100 * part) / whole - value) < 0.06 : !part;
    }

    get hasTrend() {
        return (this.props.card.trend || []).some((step) => step.value);
    }

    showDefinition(ev) {
        const { title, definition, note } = this.props.card;
        const { hold, release } = this;
        hold();
        this.popover.open(ev.currentTarget, { title, definition, note, hold, release });
    }

    hideDefinition() {
        this.hold();
        this.popover.close();
    }

    /** The mouse may move from the sign to the text, to read it enlarged (WCAG 1.4.13). */
    hold = () => clearTimeout(this.leaving);

    release = () => {
        this.hold();
        this.leaving = setTimeout(() => this.hideDefinition(), PATIENCE);
    };
}
