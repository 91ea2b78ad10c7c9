import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatExact, formatShort, formatSigned } from "./board_numbers";

/** A number that opens the records behind it; without records it is only a number. */
export class BoardNumber extends Component {
    static template = "conversion_tracking.BoardNumber";
    static props = {
        value: { type: [Number, { value: null }, { value: false }], optional: true },
        unit: String,
        label: { type: String, optional: true },
        open: { type: [Object, { value: null }, { value: false }], optional: true },
        signed: { type: Boolean, optional: true },
        class: { type: String, optional: true },
        describedBy: { type: String, optional: true },
    };

    get text() {
        const format = this.props.signed ? formatSigned : formatShort;
        return format(this.props.value, this.props.unit, this.env.board.currencyId);
    }

    get exact() {
        return formatExact(this.props.value, this.props.unit, this.env.board.currencyId);
    }

    /** What a mouse shows: all that is known of the number. */
    get title() {
        return this.describe(this.exact);
    }

    /**
     * What a screen reader says. The number as it is shown is a part of it, so that whoever speaks
     * to the browser can name what they see (WCAG 2.5.3).
     */
    get name() {
        const { text, exact } = this;
        return this.describe(exact.includes(text) ? exact : `${text} (${exact})`);
    }

    describe(number) {
        const { label, open } = this.props;
        const what = label ? _t("%(label)s: %(number)s", { label, number }) : number;
        if (!this.canOpen) {
            return what;
        }
        return open.count === undefined || open.count === null
            ? _t("%s. Open its records", what)
            : _t("%(what)s. Open %(count)s records", { what, count: formatShort(open.count, "count") });
    }

    /** Signs and currencies keep their place in a text from right to left, words do not. */
    get direction() {
        return this.props.unit === "days" ? null : "ltr";
    }

    get canOpen() {
        return Boolean(this.props.open?.model) && this.props.open.count !== 0;
    }
}
