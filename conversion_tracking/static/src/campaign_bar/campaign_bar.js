import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Cost and revenue of one campaign as two bars, the longer one as wide as the column. */
export class CampaignBar extends Component {
    static template = "conversion_tracking.CampaignBar";
    static props = { ...standardWidgetProps };

    get bars() {
        // whoever may not see costs sees the revenue alone
        const { cost_actual: cost = 0, revenue = 0 } = this.props.record.data;
        const most = Math.max(cost, revenue);
        const width = (amount) => `${most > 0 ? Math.max((100 * amount) / most, 0) : 0}%`;
        return most > 0 && [
            { name: "cost", color: "bg-warning", width: width(cost) },
            { name: "revenue", color: "bg-primary", width: width(revenue) },
        ];
    }

    /** The same for whoever does not see the bars. */
    get label() {
        const { cost_actual: cost, revenue = 0, roi_currency_id: currency } = this.props.record.data;
        const money = (amount) => formatMonetary(amount, { currencyId: currency?.id });
        return cost === undefined
            ? _t("Revenue %s", money(revenue))
            : _t("Cost %(cost)s, revenue %(revenue)s", { cost: money(cost), revenue: money(revenue) });
    }
}

registry.category("view_widgets").add("campaign_bar", {
    component: CampaignBar,
    listViewWidth: 120,
});
