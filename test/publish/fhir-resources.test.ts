import { afterAll, describe, expect, test } from 'vitest';
import { fhirJson } from '../../src/publish/fhir/json.ts';
import { resourcesOf } from '../../src/publish/fhir/report-types.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { openTestLaboratory } from '../laboratory.ts';
import { faultsOf } from './fhir-validation.ts';
import { fixtures, observed, report } from './report-fixtures.ts';

const analyzers = [{ id: 'c311-1', driver: 'roche/cobas-c311', tcp: { listen: 0 } }];
const laboratory = await openTestLaboratory({ analyzers });
const { lab } = laboratory;
afterAll(() => laboratory.close());

function observationsOf(report: ReportDoc | undefined): Record<string, Record<string, unknown>> {
  if (report === undefined) throw new Error('no such fixture');
  const found = resourcesOf(lab, 'Observation', report);
  return Object.fromEntries(found.map((each, position) => [report.observations[position]?.analyte ?? '', each]));
}

describe('resources made of report versions', () => {
  test.each(Object.entries(fixtures))('%s: report, observations and provenance are valid R4', (_name, report) => {
    for (const type of ['DiagnosticReport', 'Observation', 'Provenance'] as const) {
      for (const resource of resourcesOf(lab, type, report)) {
        expect({ type, faults: faultsOf(fhirJson(resource)) }).toEqual({ type, faults: [] });
      }
    }
  });

  test.each(Object.entries(fixtures))('%s: every code has words and no empty coding', (_name, report) => {
    for (const resource of [
      ...resourcesOf(lab, 'Observation', report),
      ...resourcesOf(lab, 'DiagnosticReport', report),
    ]) {
      const code = resource.code as { text?: string; coding: { system?: string; code?: string }[] };
      expect(code.text).toBeTruthy();
      expect(code.coding.length).toBeGreaterThan(0);
      for (const coding of code.coding) {
        expect(coding.code).toBeTruthy();
        expect(coding.system).toBeTruthy();
      }
      expect(JSON.stringify(resource)).not.toMatch(/"(?:code|system|display|text|value)":""/);
    }
  });

  test('digits stay as reported, trailing zeros too', () => {
    const text = fhirJson(resourcesOf(lab, 'Observation', fixtures.digits ?? fail()));
    for (const token of ['"value":7.0,', '"value":-2.50,', '"value":0.00,', '"value":65.88,'])
      expect(`${text.replaceAll('}', ',')}`).toContain(token);
    expect(fhirJson(observationsOf(fixtures.final).GLU)).toContain('"value":7.10,');
  });

  test('comparators stand apart from the value', () => {
    const found = observationsOf(fixtures.comparators);
    expect(fhirJson(found.TSH?.valueQuantity)).toBe(
      '{"value":0.010,"comparator":"<","unit":"mIU/L","system":"http://unitsofmeasure.org","code":"m[IU]/L"}',
    );
    expect(found.FERR?.valueQuantity).toMatchObject({ comparator: '>' });
    expect(found.CRP?.valueQuantity).toMatchObject({ comparator: '<=' });
    expect(found.VITD?.valueQuantity).toMatchObject({ comparator: '>=' });
    // In or out of range is not said where it is not certain.
    expect(found.FERR?.interpretation).toBeUndefined();
  });

  test('titers are ratios, intervals ranges, findings coded, texts strings', () => {
    const found = observationsOf(fixtures.words);
    expect(fhirJson(found.ANA?.valueRatio)).toBe('{"numerator":{"value":1},"denominator":{"value":128}}');
    expect(fhirJson(found.ASO?.valueRatio)).toBe(
      '{"numerator":{"value":1},"denominator":{"value":640,"comparator":">"}}',
    );
    expect(fhirJson(found['WBC-U']?.valueRange)).toContain('"low":{"value":5,"unit":"/HPF"}');
    expect(found['PRO-U']?.valueCodeableConcept).toMatchObject({ text: '2+' });
    expect(found.HBSAG?.valueCodeableConcept).toMatchObject({
      text: 'Âm tính',
      coding: [{ system: 'http://snomed.info/sct', code: '260385009' }, { code: 'Âm tính' }],
    });
    expect(found.TXT?.valueString).toContain('Tiểu cầu');
  });

  test('no value has a reason, and never both', () => {
    const absent = (code: string) => ({ dataAbsentReason: { coding: [{ code }] } });
    expect(observationsOf(fixtures.cancelled).GLU).toMatchObject(absent('not-performed'));
    expect(observationsOf(fixtures.withdrawn).GLU).toMatchObject(absent('error'));
    expect(observationsOf(fixtures.calculated)['LDL-F']).toMatchObject(absent('unknown'));
    for (const each of Object.values(fixtures).flatMap((report) => resourcesOf(lab, 'Observation', report))) {
      const values = Object.keys(each).filter((name) => name.startsWith('value'));
      expect(values.length + (each.dataAbsentReason === undefined ? 0 : 1)).toBe(1);
    }
  });

  test('flags become interpretations, ranges carry limits and text', () => {
    const critical = observationsOf(fixtures.critical);
    const flagged = (code: string) => ({ interpretation: [{ coding: [{ code }] }] });
    expect(critical.K).toMatchObject(flagged('HH'));
    expect(critical.NA).toMatchObject(flagged('LL'));
    expect(observationsOf(fixtures.final).GLU).toMatchObject(flagged('H'));
    expect(observationsOf(fixtures.corrected).GLU).toMatchObject(flagged('N'));
    expect(fhirJson(critical.K?.referenceRange)).toBe(
      '[{"low":{"value":3.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},' +
        '"high":{"value":5.1,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"text":"3.5-5.1"}]',
    );
  });

  test('a correction shows the old value and the reason, the others stay final', () => {
    const found = observationsOf(fixtures.corrected);
    expect(found.GLU).toMatchObject({ status: 'corrected' });
    expect(found.CREA).toMatchObject({ status: 'final' });
    expect(JSON.stringify(found.GLU?.note)).toContain('7.10 mmol/L. Lý do: Nhầm ống | đo lại & xác nhận');
  });

  test('the report names accession, orders, laboratory, doctor, collection and release with offsets', () => {
    const [resource] = resourcesOf(lab, 'DiagnosticReport', fixtures.final ?? fail());
    expect(resource).toMatchObject({
      id: 'F1',
      status: 'final',
      identifier: [{ value: 'F1' }],
      basedOn: [{ reference: 'ServiceRequest/F1.2E1' }],
      subject: { reference: 'Patient/BN001' },
      effectiveDateTime: '2026-11-24T08:30:00.000+07:00',
      issued: '2026-11-24T09:30:01.000+07:00',
      performer: [{ reference: 'Organization/LAB' }],
      resultsInterpreter: [{ reference: 'Practitioner/bs-minh' }],
      specimen: [{ reference: 'Specimen/F1' }],
    });
    expect(resource?.category).toMatchObject([{ coding: [{ code: 'LAB' }] }, { coding: [{ code: 'CH' }] }]);
  });

  test('a value names its order, its method and the laboratory that performed it', () => {
    const performer = { code: '01001', name: 'Bệnh viện Bạch Mai' };
    const away = observed({ analyte: 'TSH', value: '1.20', method: 'ECLIA', performer });
    const found = observationsOf(report('P1', 1, 'final', [away, observed({ analyte: 'GLU', value: '5.0' })]));
    expect(found.TSH).toMatchObject({
      basedOn: [{ reference: 'ServiceRequest/P1.2E1', identifier: { value: 'HIS-P1-1' } }],
      method: { text: 'ECLIA' },
      performer: [{ display: performer.name, identifier: { value: '01001' } }, { reference: 'Practitioner/lan' }],
    });
    expect(JSON.stringify(found.TSH?.performer)).not.toContain('Organization/');
    expect(found.GLU).toMatchObject({ basedOn: [{ reference: 'ServiceRequest/P1.2E2' }] });
    expect(found.GLU?.performer).toMatchObject([{ reference: 'Organization/LAB' }, {}]);
    for (const each of resourcesOf(lab, 'Observation', report('P1', 1, 'final', [away])))
      expect(faultsOf(fhirJson(each))).toEqual([]);
  });

  test('the device is named where the analyzer is a line of this laboratory', () => {
    expect(observationsOf(fixtures.final).GLU).toMatchObject({ device: { reference: 'Device/c311-1' } });
    expect(observationsOf(fixtures.calculated)['LDL-F']?.device).toBeUndefined();
  });
});

function fail(): never {
  throw new Error('no such fixture');
}
