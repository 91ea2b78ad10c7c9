import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { formatPeriod } from "./board_numbers";
import { BoardPanel } from "./board_panel";

/** Those of `kpi/period.py`, in groups as a reader looks for them. */
const PRESETS = [
    [
        { key: "last_7_days", label: _t("Last 7 days") },
        { key: "last_30_days", label: _t("Last 30 days") },
        { key: "last_90_days", label: _t("Last 90 days") },
    ],
    [
        { key: "this_month", label: _t("This month") },
        { key: "last_month", label: _t("Last month") },
        { key: "this_quarter", label: _t("This quarter") },
        { key: "last_quarter", label: _t("Last quarter") },
    ],
    [
        { key: "this_year", label: _t("This year") },
        { key: "last_year", label: _t("Last year") },
        { key: "last_12_months", label: _t("Last 12 months") },
    ],
];

/** Which days the board is about: a preset, or from one day to another. */
export class BoardPeriod extends Component {
    static template = "conversion_tracking.BoardPeriod";
    static components = { BoardPanel, DateTimeInput, DropdownItem };
    static props = {
        period: { type: String, optional: true },
        days: { type: Object, optional: true },
        choose: Function,
    };

    setup() {
        this.groups = PRESETS;
        this.dropdown = useDropdownState();
        this.state = useState({ from: false, to: false });
    }

    get label() {
        const preset = PRESETS.flat().find((one) => one.key === this.props.period);
        const { days } = this.props;
        if (preset) {
            return preset.label;
        }
        return days ? formatPeriod(days.from, days.to) : _t("Period");
    }

    /** One of the presets is chosen, which screen readers say, too. */
    getAttributes({ key }) {
        const chosen = key === this.props.period;
        return { "data-period": key, role: "menuitemradio", "aria-checked": `${chosen}` };
    }

    /** The days that the board shows now are a good beginning for others. */
    beforeOpen() {
        const { days } = this.props;
        const read = (day) => (day ? luxon.DateTime.fromISO(day) : false);
        Object.assign(this.state, { from: read(days?.from), to: read(days?.to) });
    }

    get canApply() {
        return this.state.from && this.state.to && this.state.from <= this.state.to;
    }

    apply() {
        const { from, to } = this.state;
        this.dropdown.close();
        this.props.choose("custom", from.toISODate(), to.toISODate());
    }
}
