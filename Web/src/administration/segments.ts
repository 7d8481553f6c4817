// SPDX-License-Identifier: Apache-2.0

/** HL7 v2 messages for a reader: segments, fields with their names, and what an answer says. */

/** Names of fields by their numbers (HL7 v2.5.1, chapters 2 to 7); what is not here is shown by its number. */
const names: Readonly<Record<string, string>> = {
  MSH: "|Encoding Characters|Sending Application|Sending Facility|Receiving Application|Receiving Facility"
    + "|Date/Time of Message|Security|Message Type|Message Control ID|Processing ID|Version ID|Sequence Number"
    + "|Continuation Pointer|Accept Acknowledgment Type|Application Acknowledgment Type|Country Code|Character Set",
  MSA: "Acknowledgment Code|Message Control ID|Text Message|Expected Sequence Number||Error Condition",
  ERR: "Error Code and Location|Error Location|HL7 Error Code|Severity|Application Error Code"
    + "|Application Error Parameter|Diagnostic Information|User Message",
  EVN: "Event Type Code|Recorded Date/Time|Date/Time Planned Event|Event Reason Code|Operator ID|Event Occurred",
  PID: "Set ID|Patient ID|Patient Identifier List|Alternate Patient ID|Patient Name|Mother's Maiden Name"
    + "|Date/Time of Birth|Administrative Sex|Patient Alias|Race|Patient Address|County Code|Phone Number - Home"
    + "|Phone Number - Business|Primary Language|Marital Status|Religion|Patient Account Number|SSN Number",
  PD1: "Living Dependency|Living Arrangement|Patient Primary Facility|Patient Primary Care Provider",
  MRG: "Prior Patient Identifier List|Prior Alternate Patient ID|Prior Patient Account Number|Prior Patient ID"
    + "|Prior Visit Number|Prior Alternate Visit ID|Prior Patient Name",
  PV1: "Set ID|Patient Class|Assigned Patient Location|Admission Type|Preadmit Number|Prior Patient Location"
    + "|Attending Doctor|Referring Doctor|Consulting Doctor|Hospital Service|Temporary Location|Preadmit Test Indicator"
    + "|Re-admission Indicator|Admit Source|Ambulatory Status|VIP Indicator|Admitting Doctor|Patient Type|Visit Number",
  AL1: "Set ID|Allergen Type Code|Allergen|Allergy Severity|Allergy Reaction|Identification Date",
  DG1: "Set ID|Diagnosis Coding Method|Diagnosis Code|Diagnosis Description|Diagnosis Date/Time|Diagnosis Type",
  NTE: "Set ID|Source of Comment|Comment|Comment Type",
  ORC: "Order Control|Placer Order Number|Filler Order Number|Placer Group Number|Order Status|Response Flag"
    + "|Quantity/Timing|Parent|Date/Time of Transaction|Entered By|Verified By|Ordering Provider|Enterer's Location"
    + "|Call Back Phone Number|Order Effective Date/Time|Order Control Code Reason|Entering Organization",
  OBR: "Set ID|Placer Order Number|Filler Order Number|Universal Service Identifier|Priority|Requested Date/Time"
    + "|Observation Date/Time|Observation End Date/Time|Collection Volume|Collector Identifier|Specimen Action Code"
    + "|Danger Code|Relevant Clinical Information|Specimen Received Date/Time|Specimen Source|Ordering Provider"
    + "|Order Callback Phone Number|Placer Field 1|Placer Field 2|Filler Field 1|Filler Field 2"
    + "|Results Rpt/Status Change|Charge to Practice|Diagnostic Serv Sect ID|Result Status|Parent Result"
    + "|Quantity/Timing|Result Copies To|Parent|Transportation Mode|Reason for Study|Principal Result Interpreter"
    + "|Assistant Result Interpreter|Technician|Transcriptionist|Scheduled Date/Time",
  OBX: "Set ID|Value Type|Observation Identifier|Observation Sub-ID|Observation Value|Units|References Range"
    + "|Abnormal Flags|Probability|Nature of Abnormal Test|Observation Result Status|Effective Date|User Access Checks"
    + "|Date/Time of the Observation|Producer's ID|Responsible Observer",
  TQ1: "Set ID|Quantity|Repeat Pattern|Explicit Time|Relative Time and Units|Service Duration|Start Date/Time"
    + "|End Date/Time|Priority",
  IPC: "Accession Identifier|Requested Procedure ID|Study Instance UID|Scheduled Procedure Step ID|Modality"
    + "|Protocol Code|Scheduled Station Name|Scheduled Procedure Step Location|Scheduled Station AE Title",
  ZDS: "Study Instance UID",
  SCH: "Placer Appointment ID|Filler Appointment ID|Occurrence Number|Placer Group Number|Schedule ID|Event Reason"
    + "|Appointment Reason|Appointment Type|Appointment Duration|Appointment Duration Units"
    + "|Appointment Timing Quantity|Placer Contact Person",
  RGS: "Set ID|Segment Action Code|Resource Group ID",
  AIS: "Set ID|Segment Action Code|Universal Service Identifier|Start Date/Time|Start Offset|Start Offset Units"
    + "|Duration|Duration Units",
  TXA: "Set ID|Document Type|Document Content Presentation|Activity Date/Time|Primary Activity Provider"
    + "|Origination Date/Time|Transcription Date/Time|Edit Date/Time|Originator|Assigned Document Authenticator"
    + "|Transcriptionist|Unique Document Number|Parent Document Number|Placer Order Number|Filler Order Number"
    + "|Unique Document File Name|Document Completion Status",
  QPD: "Message Query Name|Query Tag", QAK: "Query Tag|Query Response Status",
};

export interface NamedField {
  /** `PID-5`. */
  readonly place: string;
  readonly name: string;
  readonly value: string;
}

export interface NamedSegment {
  readonly id: string;
  readonly fields: readonly NamedField[];
}

/** Segments of a message with their fields that say something. */
export function segments(text: string): NamedSegment[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const separator = /^(?:MSH|FHS|BHS)/.test(lines[0] ?? "") ? lines[0].charAt(3) : "|";
  return lines.map((line) => {
    const id = line.slice(0, 3);
    const values = line.split(separator);
    // MSH-1 is the separator itself.
    const first = id === "MSH" || id === "FHS" || id === "BHS" ? 1 : 0;
    const known = names[id]?.split("|") ?? [];
    const fields = values.slice(1).map((value, index) => {
      const number = index + 1 + first;
      return { place: `${id}-${number}`, name: known[number - 1] ?? "", value };
    });
    return { id, fields: fields.filter((field) => field.value !== "") };
  });
}

/** What the receiver said: the code and the text of an answer; null where there is none. */
export function acknowledgement(answer: string): { code: string; text: string } | null {
  const all = segments(answer);
  const field = (place: string): string =>
    all.flatMap((segment) => segment.fields).find((each) => each.place === place)?.value ?? "";
  const code = field("MSA-1");
  if (!code) return null;
  return { code, text: [...new Set([field("MSA-3"), field("ERR-8"), field("ERR-7")])].filter(Boolean).join(" · ") };
}
