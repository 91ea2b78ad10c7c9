import json

from werkzeug.datastructures import FileStorage

from odoo import http
from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.addons.web.controllers.pivot import TableExporter

from ..attribution.spreadsheets import CSV_FORMULAS, WORKBOOK_FORMULAS, as_text

# A campaign is called as anybody wrote it in a link, "-15% sale" or "=1+1": in the files that Odoo
# makes, names are texts. Core takes care of some signs in CSV files, and of none in workbooks.


class ConversionTrackingCSVExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        return super().from_data(fields, columns_headers, as_text(rows, CSV_FORMULAS))


class ConversionTrackingExcelExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        return super().from_data(fields, columns_headers, as_text(rows, WORKBOOK_FORMULAS))

    def from_group_data(self, fields, columns_headers, groups):
        self._make_texts(groups)
        return super().from_group_data(fields, columns_headers, groups)

    def _make_texts(self, group):
        group.data = as_text(group.data, WORKBOOK_FORMULAS)
        group.children = {
            as_text(name, WORKBOOK_FORMULAS): child for name, child in group.children.items()
        }
        for child in group.children.values():
            self._make_texts(child)


class ConversionTrackingTableExporter(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        return super().export_xlsx(json.dumps(as_text(table, WORKBOOK_FORMULAS)), **kw)
