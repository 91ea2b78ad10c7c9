import { Component, onWillStart, onWillUnmount, useRef, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { BoardFacets, BoardFilters, useFilters } from "./board_filters";
import { BoardLayoutEditor } from "./board_layout_editor";
import { BoardLoader } from "./board_loader";
import { formatPeriod } from "./board_numbers";
import { BoardPeriod } from "./board_period";
import { getExportUrl, readQuery, withFilter, withPeriod, writeQuery } from "./board_query";
import { BoardSection } from "./board_section";
import { BoardWelcome } from "./board_welcome";
import { KpiCard } from "./kpi_card";

/** The app's home: key figures for a period, compared with the one before, and what is below them. */
export class KpiBoard extends Component {
    static template = "conversion_tracking.KpiBoard";
    static path = "conversion-board";
    static displayName = _t("Board");
    static components = {
        BoardFacets,
        BoardFilters,
        BoardPeriod,
        BoardSection,
        BoardWelcome,
        KpiCard,
        Layout,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.root = useRef("root");
        this.state = useState({ asked: this.readAsked(), ...BoardLoader.getState() });
        this.loader = new BoardLoader(useService("orm"), this.state);
        this.filters = useFilters(
            () => this.state.asked,
            (name, values) => this.ask(withFilter(this.state.asked, name, values))
        );
        const board = this;
        useSubEnv({
            board: {
                get currencyId() {
                    return board.state.answer?.currency_id;
                },
                open: (records) => this.open(records),
            },
        });
        useSetupAction({ rootRef: this.root, getLocalState: () => ({ asked: this.state.asked }) });
        // before it is mounted: what the address bar says must still be there afterwards
        this.props.updateActionState?.(writeQuery(this.state.asked));
        onWillStart(() => this.filters.start());
        onWillUnmount(() => this.loader.stop());
        this.loader.load(this.state.asked);
    }

    /**
     * The question to begin with: the one that the reader left by opening records, else the one in
     * the address, which Odoo gives to an action that names its own path.
     */
    readAsked() {
        return this.props.state?.asked || readQuery(this.props.action.params || {});
    }

    /** Ask something else: one entry in the history of the browser. */
    ask(asked) {
        this.state.asked = asked;
        this.props.updateActionState?.(writeQuery(asked));
        this.filters.loadNames(asked);
        this.loader.load(asked);
    }

    choosePeriod(period, from, to) {
        this.ask(withPeriod(this.state.asked, period, from, to));
    }

    reload() {
        this.loader.load(this.state.asked);
    }

    open({ name, model, domain, context }) {
        const list = this.env.isSmall ? ["kanban", "list", "form"] : ["list", "form"];
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            domain,
            context: { create: false, ...context },
            views: list.map((type) => [false, type]),
            target: "current",
        });
    }

    customize() {
        const { available, layout, can_set_default: canSetDefault } = this.state.answer;
        this.dialog.add(BoardLayoutEditor, {
            available,
            shown: layout,
            canSetDefault,
            saved: () => this.reload(),
        });
    }

    print() {
        window.print();
    }

    // ------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------

    get exportUrl() {
        return getExportUrl(this.state.asked);
    }

    get period() {
        return this.state.asked.period || this.state.answer?.asked.period;
    }

    get daysText() {
        const { period } = this.state.answer;
        return formatPeriod(period.from, period.to);
    }

    get previousText() {
        const { previous } = this.state.answer;
        return _t("compared with %s", formatPeriod(previous.from, previous.to));
    }

    /** Sections in the order of the reader; those still to come are shown as skeletons. */
    getShown(group) {
        const { answer, sections, pending } = this.state;
        const known = Object.fromEntries(answer.available.map((one) => [one.key, one]));
        return answer.layout
            .filter((key) => (known[key]?.group === "kpi" ? "kpi" : "chart") === group)
            .filter((key) => sections[key] || pending.includes(key))
            .map((key) => ({ ...known[key], key, payload: sections[key] }));
    }
}

registry.category("actions").add("conversion_tracking.board", KpiBoard);
