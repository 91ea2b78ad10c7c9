import { registry } from "@web/core/registry";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { ReportControlPanel } from "./report_control_panel";

/**
 * A list whose ratios at the bottom come from the sums, as the groups' do: the average of two
 * returns is not the return of both together.
 *
 * A column says what it is made of: `options="{'ratio': ['profit', 'cost_actual', 100]}"`.
 */
export class ReportListRenderer extends ListRenderer {
    computeAggregates() {
        const aggregates = super.computeAggregates();
        for (const column of this.columns.filter((one) => one.options?.ratio)) {
            const [numerator, denominator, factor] = column.options.ratio;
            const above = this.sum(numerator);
            const below = this.sum(denominator);
            // without cost nothing was paid for, which is not "for nothing"
            if (!below || (!above && numerator === "cost_actual")) {
                continue;
            }
            const value = (above * factor) / below;
            const field = this.fields[column.name];
            const format = registry.category("formatters").get(field.type);
            const options = { digits: field.digits, currencyId: this.getCurrency(column), escape: true };
            aggregates[column.name] = {
                help: column.label,
                value: format(value, options),
                rawValue: value,
            };
        }
        return aggregates;
    }

    /** @returns {number|undefined} currency of what is shown: a report has only one */
    getCurrency(column) {
        const { list } = this.props;
        const name = this.getCurrencyField(column);
        return list.isGrouped
            ? list.groups[0]?.aggregates[name]?.[0]
            : list.records[0]?.data[name]?.id;
    }

    /** Sum of a column over what is selected, else over all groups or records of the list. */
    sum(name) {
        const { list } = this.props;
        const values =
            list.isGrouped && !list.selection.length
                ? list.groups.map((group) => group.aggregates)
                : (list.selection.length ? list.selection : list.records).map((one) => one.data);
        return values.reduce((total, row) => total + (row[name] || 0), 0);
    }
}

export const reportListView = {
    ...listView,
    ControlPanel: ReportControlPanel,
    Renderer: ReportListRenderer,
};

registry.category("views").add("conversion_report_list", reportListView);
