// SPDX-License-Identifier: Apache-2.0

/** The part of the code that shows no images. */
export { administrationPage } from "../../administration/administration-page";
export { agendaPage } from "../../radiology/agenda/agenda-page";
export { newOrderPage } from "../../radiology/new-order-page";
export { orderPage } from "../../radiology/order-page";
export { patientPage } from "../../radiology/patients/patient-page";
export { patientsPage } from "../../radiology/patients/patients-page";
export { worklistPage } from "../../radiology/worklist-page";
export { criticalPage } from "../../reports/critical-page";
export { readingListPage } from "../../reports/reading-list-page";
export { reportSearchPage } from "../../reports/report-search-page";
export { validatedReportPage } from "../../reports/validated-report-page";
export { resolvePage } from "../../resolve/resolve-page";
export { statisticsPage } from "../../statistics/statistics-page";
