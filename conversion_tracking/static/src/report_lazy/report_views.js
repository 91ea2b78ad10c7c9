import { ReportControlPanel } from "@conversion_tracking/report/report_control_panel";
import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";

/** Pivot and graph come later than the rest of the backend, and so do these. */
const views = registry.category("views");
views.add("conversion_report_pivot", { ...pivotView, ControlPanel: ReportControlPanel });
views.add("conversion_report_graph", { ...graphView, ControlPanel: ReportControlPanel });
