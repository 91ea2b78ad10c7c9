import { Component, onPatched, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";

/**
 * What can be shown, each with whether it is: first what is, in its order, then the rest.
 *
 * @param {{key: string, title: string, group: string}[]} available
 * @param {string[]} shown keys in their order
 */
export function getEntries(available, shown) {
    const place = (key) => (shown.includes(key) ? shown.indexOf(key) : shown.length);
    return available
        .map((section) => ({ ...section, shown: shown.includes(section.key) }))
        .sort((one, other) => place(one.key) - place(other.key));
}

/** Put the entry with this key in front of another one, or at the end. */
export function moveBefore(entries, key, next) {
    const moved = entries.find((entry) => entry.key === key);
    const others = entries.filter((entry) => entry !== moved);
    const place = others.findIndex((entry) => entry.key === next);
    others.splice(place < 0 ? others.length : place, 0, moved);
    return others;
}

/** Show, hide and order what is on the board; with the mouse or with the keyboard. */
export class BoardLayoutEditor extends Component {
    static template = "conversion_tracking.BoardLayoutEditor";
    static components = { Dialog };
    static props = {
        available: Array,
        shown: Array,
        canSetDefault: Boolean,
        saved: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.list = useRef("list");
        const entries = getEntries(this.props.available, this.props.shown);
        this.state = useState({
            kpi: entries.filter((entry) => entry.group === "kpi"),
            chart: entries.filter((entry) => entry.group !== "kpi"),
            said: "",
        });
        onPatched(() => this.followMoved());
        useSortable({
            ref: this.list,
            elements: ".o_kpi_entry",
            groups: ".o_kpi_entries",
            handle: ".o_kpi_handle",
            cursor: "grabbing",
            onDrop: ({ element, next }) =>
                this.move(element.dataset.group, element.dataset.key, next?.dataset.key),
        });
    }

    get groups() {
        return [
            { key: "kpi", title: _t("Key figures"), entries: this.state.kpi },
            { key: "chart", title: _t("Charts and lists"), entries: this.state.chart },
        ].filter((group) => group.entries.length);
    }

    get isEmpty() {
        return !this.keys.length;
    }

    get keys() {
        const entries = [...this.state.kpi, ...this.state.chart];
        return entries.filter((entry) => entry.shown).map((entry) => entry.key);
    }

    move(group, key, next) {
        this.state[group] = moveBefore(this.state[group], key, next);
    }

    getStepLabel({ title }, by) {
        return by < 0 ? _t("Move %s up", title) : _t("Move %s down", title);
    }

    /**
     * One place up or down; said aloud, because a reader does not see it move. At the end nothing
     * moves, and the button stays one that the keyboard can be at.
     */
    step(group, index, by) {
        const entries = this.state[group];
        const entry = entries[index];
        if (!entries[index + by]) {
            return;
        }
        const next = by < 0 ? entries[index - 1] : entries[index + 2];
        this.move(group, entry.key, next?.key);
        this.state.said = _t("%(title)s is now number %(place)s", {
            title: entry.title,
            place: index + by + 1,
        });
        this.moved = { key: entry.key, by };
    }

    /** The keyboard stays at what it moves: a browser takes it away from an element that moves. */
    followMoved() {
        if (this.moved) {
            const { key, by } = this.moved;
            this.moved = null;
            this.list.el.querySelector(`[data-key="${key}"] [data-by="${by}"]`).focus();
        }
    }

    async save(asDefault) {
        await this.orm.call("conversion.board.layout", "save", [this.keys, asDefault]);
        if (asDefault) {
            this.notification.add(
                _t("Everybody who has not chosen a board of their own sees this one now."),
                { type: "success" }
            );
        }
        this.leave();
    }

    async reset() {
        await this.orm.call("conversion.board.layout", "reset", []);
        this.leave();
    }

    leave() {
        this.props.close();
        this.props.saved();
    }
}
