import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { CharField, charField } from "@web/views/fields/char/char_field";

const PAUSE = 300; // milliseconds without a key, after which the preview follows

/**
 * A text that the preview follows while it is typed, with values to choose from: those that
 * the record's `suggestions` name for the field.
 */
export class UtmValueField extends CharField {
    static template = "conversion_tracking.UtmValueField";

    setup() {
        super.setup();
        this.follow = useDebounced(
            () => this.input.el?.dispatchEvent(new Event("change")),
            PAUSE,
            { execBeforeUnmount: true }
        );
    }

    get listId() {
        return `${this.props.id || this.props.name}_suggestions`;
    }
    get suggestions() {
        return this.props.record.data.suggestions?.[this.props.name] || [];
    }
}

registry.category("fields").add("utm_value", { ...charField, component: UtmValueField });
