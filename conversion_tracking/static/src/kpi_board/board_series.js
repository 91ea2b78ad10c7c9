import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { BoardNumber } from "./board_number";
import { formatPeriod, formatStep } from "./board_numbers";
import { COLORS, getSeriesConfig } from "./board_series_config";

/** One measure by channel over time, as stacked bars; the same as a table on demand. */
export class BoardSeries extends Component {
    static template = "conversion_tracking.BoardSeries";
    static components = { BoardNumber };
    static props = { section: Object };

    setup() {
        this.root = useRef("root");
        this.canvas = useRef("canvas");
        this.state = useState({ measure: null });
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.getConfig());
                return () => chart.destroy();
            },
            () => [this.props.section, this.measure.key]
        );
    }

    get measure() {
        const { measures } = this.props.section;
        return measures.find((measure) => measure.key === this.state.measure) || measures[0];
    }

    get rows() {
        return this.props.section.rows.map((row, index) => ({
            ...row,
            color: `var(--kpi-series-${(index % COLORS) + 1})`,
            total: row.totals?.[this.measure.key],
            cells: row.values[this.measure.key].map((value, bucket) => ({
                value,
                open: value ? this.getOpen(row, bucket) : null,
            })),
        }));
    }

    get labels() {
        const { buckets, step } = this.props.section;
        return buckets.map((bucket) => formatStep(bucket, step));
    }

    get drawingLabel() {
        return _t("%(section)s: %(measure)s. The numbers are in the table below.", {
            section: this.props.section.title,
            measure: this.measure.label,
        });
    }

    get tableLabel() {
        return _t("%s as a table", this.props.section.title);
    }

    getPeriod(bucket) {
        return formatPeriod(bucket.from, bucket.to);
    }

    getOpen(row, index) {
        const { buckets } = this.props.section;
        const domain = Domain.and([this.measure.domains[index], row.domain]).toList();
        const { label, model, context } = this.measure;
        return {
            name: _t("%(measure)s, %(row)s, %(period)s", {
                measure: label,
                row: row.label,
                period: this.getPeriod(buckets[index]),
            }),
            model,
            domain,
            context,
        };
    }

    getConfig() {
        const style = getComputedStyle(this.root.el);
        const color = (name) => style.getPropertyValue(`--kpi-${name}`).trim();
        const look = {
            text: color("text-soft"),
            grid: color("line"),
            gap: color("surface"),
            colors: [...Array(COLORS).keys()].map((index) => color(`series-${index + 1}`)),
        };
        const { section } = this.props;
        return getSeriesConfig(
            section,
            this.measure,
            this.labels,
            look,
            this.env.board.currencyId,
            (row, bucket) => this.env.board.open(this.getOpen(section.rows[row], bucket))
        );
    }
}
