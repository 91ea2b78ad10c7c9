import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";

const SHOWN = 8;

/** Choose some values of one filter: search, then tick. */
export class BoardFilterPicker extends Component {
    static template = "conversion_tracking.BoardFilterPicker";
    static props = {
        filter: Object,
        chosen: Array,
        // values that are chosen stay in sight, with their names
        names: Object,
        toggle: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ text: "", options: [], more: false, problem: "" });
        this.keepLast = new KeepLast();
        this.search = useDebounced(() => this.load(), 200);
        useAutofocus({ mobile: false });
        onWillStart(() => this.load());
    }

    get options() {
        const { filter, chosen, names } = this.props;
        const found = this.state.options;
        const known = new Set(found.map((option) => option.value));
        const others = this.state.text ? [] : chosen.filter((value) => !known.has(value));
        return [
            ...others.map((value) => ({ value, label: names[value] ?? filter.none })),
            ...found,
        ];
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.search();
    }

    get searchLabel() {
        return _t("Search: %s", this.props.filter.label);
    }

    async load() {
        const { filter } = this.props;
        const text = this.state.text.trim();
        if (filter.choices) {
            const found = filter.choices.filter((choice) =>
                choice.label.toLowerCase().includes(text.toLowerCase())
            );
            Object.assign(this.state, { options: found, more: false });
            return;
        }
        try {
            const found = await this.keepLast.add(
                this.orm.silent.call(filter.model, "name_search", [], {
                    name: text,
                    limit: SHOWN + 1,
                })
            );
            const options = found
                .slice(0, SHOWN)
                .map(([value, label]) => ({ value, label: label || _t("Unnamed") }));
            if (!text && filter.none) {
                options.unshift({ value: false, label: filter.none });
            }
            Object.assign(this.state, { options, more: found.length > SHOWN, problem: "" });
        } catch (error) {
            this.state.problem = error.data?.message || _t("These cannot be read now. Try again.");
        }
    }
}
