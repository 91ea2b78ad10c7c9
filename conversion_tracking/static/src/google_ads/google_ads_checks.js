import { Component, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    passed: "fa-check-circle text-success",
    failed: "fa-times-circle text-danger",
    waiting: "fa-clock-o text-info",
    unknown: "fa-question-circle text-warning",
    not_needed: "fa-minus-circle text-muted",
};
const LABELS = {
    passed: _t("Passed"),
    failed: _t("Failed"),
    waiting: _t("Wait a little"),
    unknown: _t("Not known"),
    not_needed: _t("Not needed"),
};
const PATIENCE_SECONDS = 25; // as in models/google_patience.py

/** Tests the connection without blocking the screen, and shows each check with its remedy. */
export class GoogleAdsChecks extends Component {
    static template = "conversion_tracking.GoogleAdsChecks";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ seconds: null });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get checks() {
        return this.props.record.data[this.props.name].records.map((record) => record.data);
    }

    get isTesting() {
        return this.state.seconds !== null;
    }

    get progress() {
        return Math.min(100, Math.round((100 * this.state.seconds) / PATIENCE_SECONDS));
    }

    icon(state) {
        return ICONS[state] || ICONS.unknown;
    }

    label(state) {
        return LABELS[state] || LABELS.unknown;
    }

    async test() {
        if (this.isTesting) {
            return;
        }
        const { record } = this.props;
        // Before saving, which takes its time: a second click would start a second test.
        this.state.seconds = 0;
        this.timer = setInterval(() => this.state.seconds++, 1000);
        try {
            if (!(await record.save())) {
                return;
            }
            await this.orm.silent.call(record.resModel, "action_test_connection", [record.resId]);
        } finally {
            clearInterval(this.timer);
            this.state.seconds = null;
        }
        // The user may have gone on editing meanwhile, and loading undoes what is not saved.
        if (await record.save()) {
            await record.load();
        }
    }
}

registry.category("fields").add("google_ads_checks", {
    component: GoogleAdsChecks,
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "key", type: "char" },
        { name: "title", type: "char" },
        { name: "state", type: "selection", selection: Object.entries(LABELS) },
        { name: "meaning", type: "char" },
        { name: "remedy", type: "char" },
        { name: "detail", type: "char" },
        { name: "link", type: "char" },
    ],
});
