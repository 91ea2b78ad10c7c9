import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { BoardNumber } from "./board_number";
import { formatExact } from "./board_numbers";

/** The way from lead to won: how many take each step, and how long it takes them. */
export class BoardFunnel extends Component {
    static template = "conversion_tracking.BoardFunnel";
    static components = { BoardNumber };
    static props = { section: Object };

    get steps() {
        const { steps } = this.props.section;
        const most = Math.max(1, ...steps.map((step) => step.value || 0));
        return steps.map((step) => ({
            ...step,
            width: (100 * (step.value || 0)) / most,
            rateText: formatExact(step.rate, "percent"),
            daysText: _t("after %s (median)", formatExact(step.days, "days")),
            hasDays: typeof step.days === "number",
            hasAmount: typeof step.amount === "number",
        }));
    }
}
