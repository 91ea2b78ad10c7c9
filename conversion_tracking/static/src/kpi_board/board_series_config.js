import { localization } from "@web/core/l10n/localization";
import { formatShort } from "./board_numbers";

export const COLORS = 10;

/**
 * What Chart.js draws of a series: stacked bars over time.
 *
 * @param {Object} section
 * @param {Object} measure one of its measures
 * @param {string[]} labels of the buckets
 * @param {Object} look `{ text, grid, gap, colors }`, CSS colors
 * @param {number} currencyId
 * @param {Function} onClick called with the index of row and bucket
 */
export function getSeriesConfig(section, measure, labels, look, currencyId, onClick) {
    const rtl = localization.direction === "rtl";
    const format = (value) => formatShort(value, measure.unit, currencyId);
    return {
        type: "bar",
        data: {
            labels,
            datasets: section.rows.map((row, index) => ({
                label: row.label,
                data: row.values[measure.key].map((value) => value || 0),
                backgroundColor: look.colors[index % look.colors.length],
                // a thin gap, so that neighbours are told apart without their colors
                borderColor: look.gap,
                borderWidth: { top: 1 },
                maxBarThickness: 48,
            })),
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "nearest", intersect: true },
            onClick: (event, elements) =>
                elements.length && onClick(elements[0].datasetIndex, elements[0].index),
            onHover: (event, elements) => {
                event.native.target.style.cursor = elements.length ? "pointer" : "";
            },
            plugins: {
                legend: { display: false },
                tooltip: {
                    rtl,
                    callbacks: { label: (item) => `${item.dataset.label}: ${format(item.raw)}` },
                },
            },
            scales: {
                x: {
                    stacked: true,
                    reverse: rtl,
                    grid: { display: false },
                    border: { color: look.grid },
                    ticks: { color: look.text, maxRotation: 0, autoSkipPadding: 12 },
                },
                y: {
                    stacked: true,
                    beginAtZero: true,
                    position: rtl ? "right" : "left",
                    border: { display: false },
                    grid: { color: look.grid },
                    ticks: {
                        color: look.text,
                        maxTicksLimit: 5,
                        precision: measure.unit === "count" ? 0 : undefined,
                        callback: format,
                    },
                },
            },
        },
    };
}
