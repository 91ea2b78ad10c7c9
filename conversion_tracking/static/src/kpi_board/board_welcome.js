import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { getSample } from "./board_sample";
import { BoardSection } from "./board_section";
import { KpiCard } from "./kpi_card";

/** Before there is any lead: what to do first, and how the board will look. */
export class BoardWelcome extends Component {
    static template = "conversion_tracking.BoardWelcome";
    static components = { BoardSection, KpiCard };
    static props = {};

    setup() {
        this.action = useService("action");
        this.sample = getSample();
        this.steps = [
            {
                key: "form",
                icon: "fa-globe",
                title: _t("Put the contact form on your website"),
                text: _t("Each request becomes a lead that knows which ad or page brought it."),
                button: _t("Open the form"),
                url: "/contactus",
            },
            {
                key: "leads",
                icon: "fa-upload",
                title: _t("Import the leads you have"),
                text: _t("A spreadsheet is enough. With a source or campaign they count at once."),
                button: _t("Go to the leads"),
                action: "crm.crm_lead_action_pipeline",
            },
            {
                key: "costs",
                icon: "fa-money",
                title: _t("Enter what your campaigns cost"),
                text: _t("Only with costs can the board say what earns and what loses."),
                button: _t("Go to the campaigns"),
                action: "conversion_tracking.campaign_roi_action",
            },
        ];
    }
}
