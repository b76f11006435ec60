import type { Laboratory } from '../laboratory/context.ts';
import type { SerumIndexDoc, SpecimenDoc } from '../store/documents.ts';
import { type Part, part } from '../store/together.ts';
import type { ObservationDraft } from './new-run.ts';

/** The serum indices among drafts that the specimen does not have yet: the same measurement sent again adds nothing. */
export function freshIndices(
  lab: Laboratory,
  specimen: Pick<SpecimenDoc, 'interference'>,
  drafts: readonly ObservationDraft[],
): SerumIndexDoc[] {
  const known = new Set((specimen.interference ?? []).map(({ id }) => id));
  return drafts.flatMap((draft) => {
    const index = lab.catalogue.analyte(draft.analyte)?.serumIndex;
    if (index === undefined || known.has(draft._id)) return [];
    known.add(draft._id);
    const { _id: id, analyte, value, comparator, sent, analyzer, hostCode, observedAt, receivedAt } = draft;
    return [
      {
        id,
        index,
        analyte,
        value,
        ...(comparator === undefined ? {} : { comparator }),
        ...(sent.unit === '' ? {} : { unit: sent.unit }),
        analyzer,
        hostCode,
        observedAt,
        receivedAt,
        ...(draft.message === undefined ? {} : { message: draft.message }),
        ...(draft.span === undefined ? {} : { span: draft.span }),
        ...(draft.enteredBy === undefined ? {} : { enteredBy: draft.enteredBy }),
      },
    ];
  });
}

/** The specimen with them. */
export function withIndices(specimen: SpecimenDoc, indices: readonly SerumIndexDoc[]): SpecimenDoc {
  return { ...specimen, interference: [...(specimen.interference ?? []), ...indices] };
}

/** Written with the values they came with; each once. */
export function indicesPart(lab: Laboratory, accession: string, indices: readonly SerumIndexDoc[]): Part {
  const operations = indices.map((each) => ({
    updateOne: {
      filter: { _id: accession, 'interference.id': { $ne: each.id } },
      update: { $push: { interference: each } },
    },
  }));
  return part(lab.collections.specimens, operations, { durable: false });
}
