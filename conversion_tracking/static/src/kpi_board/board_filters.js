import { Component, useState } from "@odoo/owl";
import { AccordionItem } from "@web/core/dropdown/accordion_item";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { BoardFilterPicker } from "./board_filter_picker";
import { BoardPanel } from "./board_panel";

const DESCRIPTIONS = [
    { name: "channel", label: _t("Channel") },
    { name: "campaign", label: _t("Campaign"), model: "utm.campaign", none: _t("Without campaign") },
    { name: "source", label: _t("Source"), model: "utm.source", none: _t("Without source") },
    { name: "medium", label: _t("Medium"), model: "utm.medium", none: _t("Without medium") },
    { name: "team", label: _t("Sales team"), model: "crm.team", none: _t("Without team") },
    { name: "user", label: _t("Salesperson"), model: "res.users", none: _t("Unassigned") },
    { name: "company", label: _t("Company"), model: "res.company" },
];

/** Names of the channels, as touchpoints have them. */
async function loadChannels(orm) {
    const fields = await orm.cache().call("conversion.touchpoint", "fields_get", [
        ["channel"],
        ["selection"],
    ]);
    return (fields.channel?.selection || []).map(([value, label]) => ({ value, label }));
}

/**
 * What the board is filtered by, with names: the menu to choose and the facets of what holds.
 *
 * @param {Function} getAsked the question
 * @param {Function} change called with a filter's name and its values
 */
export function useFilters(getAsked, change) {
    const orm = useService("orm");
    const nameService = useService("name");
    const state = useState({ names: {}, channels: [] });
    const namesOf = (name) => (state.names[name] ||= {});

    async function loadNames(asked) {
        const missing = DESCRIPTIONS.filter(
            ({ name, model }) => model && asked[name]?.some((id) => id && !namesOf(name)[id])
        );
        await Promise.all(
            missing.map(async ({ name, model }) => {
                const ids = asked[name].filter(Boolean);
                const names = await nameService.loadDisplayNames(model, ids);
                for (const id of ids) {
                    const known = typeof names[id] === "string";
                    namesOf(name)[id] = known ? names[id] : _t("No longer there (%s)", id);
                }
            })
        );
    }

    return {
        loadNames,
        async start() {
            // the board stands without: who may read no touchpoints filters by no channel
            const none = () => [];
            const [channels] = await Promise.all([
                loadChannels(orm).catch(none),
                loadNames(getAsked()).catch(none),
            ]);
            state.channels = channels;
        },
        /** Each with its name, its values' names, and those that are chosen. */
        get list() {
            const asked = getAsked();
            return DESCRIPTIONS.filter(
                ({ name }) =>
                    (name !== "company" || user.allowedCompanies.length > 1) &&
                    (name !== "channel" || state.channels.length)
            ).map((filter) => ({
                ...filter,
                choices: filter.model ? undefined : state.channels,
                names: filter.model
                    ? namesOf(filter.name)
                    : Object.fromEntries(state.channels.map(({ value, label }) => [value, label])),
                chosen: asked[filter.name] || [],
            }));
        },
        toggle({ name, chosen }, value, label) {
            if (value !== false) {
                namesOf(name)[value] = label;
            }
            const others = chosen.filter((one) => one !== value);
            change(name, others.length < chosen.length ? others : [...chosen, value]);
        },
        remove(filter) {
            change(filter.name, []);
        },
    };
}

/** The menu of filters: one line for each, which opens to its values. */
export class BoardFilters extends Component {
    static template = "conversion_tracking.BoardFilters";
    static components = { AccordionItem, BoardFilterPicker, BoardPanel };
    static props = { filters: Array, toggle: Function };
}

/** What holds, each with a cross to let go of it. */
export class BoardFacets extends Component {
    static template = "conversion_tracking.BoardFacets";
    static props = { filters: Array, remove: Function };

    get facets() {
        return this.props.filters
            .filter((filter) => filter.chosen.length)
            .map((filter) => ({
                filter,
                removal: _t("Remove the filter %s", filter.label),
                values: filter.chosen.map((value) => filter.names[value] ?? filter.none ?? `${value}`),
            }));
    }
}
