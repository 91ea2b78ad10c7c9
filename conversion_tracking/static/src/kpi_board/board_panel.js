import { Dropdown } from "@web/core/dropdown/dropdown";

/**
 * A dropdown that holds more than items to choose from: fields, boxes to tick.
 *
 * Odoo calls every dropdown a menu, in which screen readers expect nothing but items; this one is a
 * dialog. Odoo's keys go from one `.o-navigable` to the next, also by Tab: what can be used in it
 * has to be one.
 */
export class BoardPanel extends Dropdown {
    static props = { ...Dropdown.props, label: String };

    setTargetElement(target) {
        if (target) {
            target.ariaHasPopup = "dialog";
        }
        return super.setTargetElement(target);
    }

    onOpened() {
        super.onOpened();
        // on a phone it is a sheet
        const panel = this.menuRef.el;
        panel?.setAttribute("role", "dialog");
        panel?.setAttribute("aria-label", this.props.label);
    }
}
