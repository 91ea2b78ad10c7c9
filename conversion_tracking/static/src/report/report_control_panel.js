import { onWillStart } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { ControlPanel } from "@web/search/control_panel/control_panel";

/** What can be chosen: the key of the context, and how its filters' names begin. */
const CHOICES = [
    { key: "revenue_basis", label: _t("Revenue"), icon: "fa-money" },
    { key: "attribution_model", label: _t("Credit"), icon: "fa-code-fork" },
    { key: "reading", label: _t("Counted"), icon: "fa-calendar" },
];

/**
 * Shows beside the report what its numbers mean, and lets the reader choose.
 *
 * A choice is a filter of the search view called `<key>__<value>`, so that it is shown as a facet,
 * kept in favorites and goes along when a number is opened.
 */
export class ReportControlPanel extends ControlPanel {
    static template = "conversion_tracking.ReportControlPanel";
    static components = { ...ControlPanel.components, Dropdown, DropdownItem };

    setup() {
        super.setup();
        this.report = { defaults: {}, warnings: [], hint: "" };
        const orm = useService("orm");
        onWillStart(async () => {
            const { resModel, context } = this.env.searchModel;
            this.report = await orm.call(resModel, "get_report_info", [], { context });
        });
    }

    /** @returns {Object[]} each choice with its options and the one that holds */
    get choices() {
        const items = Object.values(this.env.searchModel.searchItems);
        const context = this.env.searchModel.context;
        return CHOICES.map((choice) => {
            const options = items
                .filter((item) => item.name?.startsWith(`${choice.key}__`))
                .map((item) => ({
                    id: item.id,
                    value: item.name.split("__")[1],
                    label: item.description,
                }));
            const value = context[choice.key] || this.report.defaults[choice.key];
            return { ...choice, options, current: options.find((one) => one.value === value) };
        }).filter((choice) => choice.options.length);
    }

    /** Take one option in the place of whatever was chosen before. */
    choose(choice, option) {
        const model = this.env.searchModel;
        const chosen = new Set(model.query.map((element) => element.searchItemId));
        model.blockNotification = true;
        for (const other of choice.options) {
            if (other.id !== option.id && chosen.has(other.id)) {
                model.toggleSearchItem(other.id);
            }
        }
        model.blockNotification = false;
        if (chosen.has(option.id)) {
            model.search();
        } else {
            model.toggleSearchItem(option.id);
        }
    }
}
