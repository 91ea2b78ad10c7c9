import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What is compared: name of a field, label, how it is written, and whether more is better. */
const ROWS = [
    { name: "budget", label: _t("Budget"), kind: "money" },
    { name: "cost_actual", label: _t("Cost"), kind: "money" },
    { name: "lead_count", label: _t("Leads"), kind: "number", better: "more" },
    { name: "qualified_count", label: _t("Qualified"), kind: "number", better: "more" },
    { name: "won_count", label: _t("Won deals"), kind: "number", better: "more" },
    { name: "won_rate", label: _t("Won (%)"), kind: "ratio", better: "more" },
    { name: "revenue", label: _t("Revenue"), kind: "money", better: "more" },
    { name: "profit", label: _t("Profit"), kind: "money", better: "more" },
    { name: "roi_percent", label: _t("ROI (%)"), kind: "ratio", better: "more" },
    { name: "cost_per_lead", label: _t("Cost per lead"), kind: "money", better: "less" },
    { name: "cost_per_qualified", label: _t("Cost per qualified"), kind: "money", better: "less" },
    { name: "cost_per_won", label: _t("Cost per won deal"), kind: "money", better: "less" },
];

/** Two to five campaigns side by side; the best of each row stands out. */
export class CampaignCompare extends Component {
    static template = "conversion_tracking.CampaignCompare";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ campaigns: [] });
        onWillStart(async () => {
            const ids = this.props.action.params?.campaign_ids || this.props.state?.campaign_ids;
            const names = ["title", "roi_currency_id", "response_chain", ...ROWS.map((row) => row.name)];
            this.state.campaigns = await this.orm.read("utm.campaign", ids || [], names, {
                context: user.context,
            });
        });
    }

    /** @returns {Object[]} a line for each number, with a cell for each campaign */
    get rows() {
        const { campaigns } = this.state;
        return ROWS.map((row) => {
            const values = campaigns.map((campaign) => campaign[row.name]);
            const known = values.filter((value) => value !== false);
            const differ = new Set(known).size > 1;
            const best = row.better === "less" ? Math.min(...known) : Math.max(...known);
            return {
                ...row,
                cells: campaigns.map((campaign, index) => ({
                    id: campaign.id,
                    text: this.format(row, values[index], campaign),
                    best: Boolean(row.better) && differ && values[index] === best,
                })),
            };
        });
    }

    format(row, value, campaign) {
        // no budget was set: that is not a budget of nothing
        if (value === false || (row.name === "budget" && !value)) {
            return "-";
        }
        if (row.kind === "money") {
            return formatMonetary(value, { currencyId: campaign.roi_currency_id[0] });
        }
        return row.kind === "number" ? formatInteger(value) : formatFloat(value, { digits: [16, 1] });
    }

    open(campaign) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "utm.campaign",
            res_id: campaign.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("conversion_tracking.campaign_compare", CampaignCompare);
