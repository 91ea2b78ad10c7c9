import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * How people answered a campaign, from lead to invoice: each step a bar with its number, amount,
 * share of the leads and median days. A step opens its records.
 */
export class ResponseChainField extends Component {
    static template = "conversion_tracking.ResponseChainField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get chain() {
        return this.props.record.data[this.props.name] || { steps: [] };
    }

    money(step) {
        return formatMonetary(step.amount, { currencyId: this.chain.currency_id, noDecimals: true });
    }

    number(value, digits = 0) {
        return formatFloat(value, { digits: [16, digits] });
    }

    /** @returns {string} width of a step's bar: as wide as the widest for as many */
    width(step) {
        const most = Math.max(...this.chain.steps.map((one) => one.count), 1);
        return `${Math.max((100 * step.count) / most, step.count ? 2 : 0)}%`;
    }

    openLabel(step) {
        const { label } = step;
        return _t("%(label)s: %(number)s. Open them", { label, number: this.number(step.count) });
    }

    async open(step) {
        const ids = [this.props.record.resId];
        const { resModel, context } = this.props.record;
        const action = await this.orm.call(resModel, "action_open_step", [ids, step.step], {
            context,
        });
        this.action.doAction(action);
    }
}

registry.category("fields").add("response_chain", {
    component: ResponseChainField,
    supportedTypes: ["json"],
});
