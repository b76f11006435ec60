import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Label } from '../labels/label.ts';
import type { SheetTask } from '../labels/worker.ts';
import { zplOf } from '../labels/zpl.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { openWorkers, workerFile } from '../laboratory/workers.ts';
import type { PatientDoc, SpecimenDoc } from '../store/documents.ts';
import type { Feature } from './plugin.ts';

const most = 240;
const query = z.strictObject({
  /** Accessions, separated by commas. */
  accessions: z.string().min(1).max(20_000),
  format: z.enum(['pdf', 'zpl']).default('pdf'),
  symbology: z.enum(['code128', 'datamatrix']).default('code128'),
  copies: z.coerce.number().int().min(1).max(10).default(1),
});

/** Labels of tubes: a sheet as PDF, or commands for a label printer (ZPL). */
export const labelsFeature: Feature = async (app, { lab }) => {
  const workers = openWorkers<SheetTask, Uint8Array>(workerFile('../labels/worker', import.meta.url));
  app.addHook('onClose', () => workers.close());

  app.get(
    '/api/labels',
    {
      config: { access: 'labels.print' },
      schema: { tags: ['specimens'], summary: 'Labels of tubes', querystring: query },
    },
    async (request, reply) => {
      const { format, symbology, copies } = request.query;
      const accessions = [...new Set(request.query.accessions.split(',').map((each) => each.trim()))];
      if (accessions.length * copies > most)
        throw new LisError('REQUEST_INVALID', { detail: `accessions: at most ${most} labels at once` });
      const labels = (await labelsOf(lab, accessions)).flatMap((label) => Array.from({ length: copies }, () => label));
      if (format === 'zpl') return reply.type('text/plain; charset=utf-8').send(Buffer.from(zplOf(labels, symbology)));
      const sheet = await workers.run({ labels, symbology });
      return reply.type('application/pdf').send(Buffer.from(sheet));
    },
  );
};

/** One label for each tube; for the specimen where it has none. Throws SPECIMEN_ACCESSION_UNKNOWN. */
async function labelsOf(lab: Laboratory, accessions: readonly string[]): Promise<Label[]> {
  const specimens = await lab.collections.specimens.find({ _id: { $in: accessions } }).toArray();
  const patients = await lab.collections.patients
    .find({ _id: { $in: [...new Set(specimens.map((each) => each.patient))] } })
    .toArray();
  const orders = await lab.collections.orders.find({ accession: { $in: accessions } }).toArray();
  return accessions.flatMap((accession): Label[] => {
    const specimen = specimens.find((each) => each._id === accession);
    if (specimen === undefined) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
    const patient = patients.find((each) => each._id === specimen.patient);
    const codes = orders
      .filter((order) => order.accession === accession && order.state !== 'cancelled')
      .map((order) => order.code);
    const tubes = specimen.containers ?? [];
    const label = labelOf(specimen, patient, codes);
    if (tubes.length === 0) return [label];
    return tubes.map((tube) => ({ ...label, container: tube.id, detail: `${tube.id} ${tube.type}  ${label.detail}` }));
  });
}

const sexes = { male: 'Nam', female: 'Nữ', other: '', unknown: '' } as const;

function labelOf(specimen: SpecimenDoc, patient: PatientDoc | undefined, codes: readonly string[]): Label {
  const born = (patient?.birthDate ?? '').split('-').reverse().join('/');
  return {
    accession: specimen._id,
    patient: patient?.name ?? '',
    patientId: specimen.patient,
    person: [born, sexes[patient?.sex ?? 'unknown']].filter((part) => part !== '').join(' '),
    detail: [specimen.ward ?? '', codes.join(' ')].filter((part) => part !== '').join('  '),
    urgent: specimen.priority === 'stat',
  };
}
