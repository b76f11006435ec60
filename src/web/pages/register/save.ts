import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, asApiError } from '../../api/client.ts';
import type { Page, Specimen, SpecimenRow } from '../../api/types.ts';
import type { Draft } from './draft.ts';
import { readBirthDate, readCollected } from './typed-dates.ts';

/** What is wrong with a draft, by field: keys of the words. */
export type Wrong = Readonly<Partial<Record<keyof Draft, string>>>;

/** What a person can still mend before the server is asked. */
export function wrongOf(draft: Draft, zone: string): Wrong {
  const wrong: Partial<Record<keyof Draft, string>> = {};
  if (draft.id.trim() === '') wrong.id = 'common.required';
  else if (/[\s/?#]/.test(draft.id.trim())) wrong.id = 'register.idWrong';
  if (draft.name.trim() === '') wrong.name = 'common.required';
  if (draft.sex === '') wrong.sex = 'common.required';
  if (readBirthDate(draft.birthDate) === undefined) wrong.birthDate = 'register.birthWrong';
  if (draft.orders.length === 0) wrong.orders = 'register.chooseOne';
  if (readCollected(draft.collected, zone) === undefined) wrong.collected = 'register.collectedWrong';
  if (draft.accession.trim() !== '' && !/^[\p{L}\p{N}][\p{L}\p{N}._/ -]*$/u.test(draft.accession.trim()))
    wrong.accession = 'register.accessionWrong';
  return wrong;
}

function bodyOf(draft: Draft, zone: string) {
  const text = (typed: string): string | undefined => (typed.trim() === '' ? undefined : typed.trim());
  const collectedAt = readCollected(draft.collected, zone);
  return {
    accession: text(draft.accession),
    patient: {
      id: draft.id.trim(),
      name: draft.name.trim(),
      sex: draft.sex === '' ? 'unknown' : draft.sex,
      birthDate: readBirthDate(draft.birthDate) ?? '',
    },
    orders: draft.orders,
    priority: draft.priority,
    collectedAt: collectedAt === '' ? undefined : collectedAt,
    ward: text(draft.ward),
    requester: text(draft.requester),
    diagnosis: text(draft.diagnosis),
    // A record that was looked at and taken is changed knowingly.
    patientDiffers: draft.taken === draft.id.trim() ? 'take' : 'refuse',
    pregnant: draft.sex === 'female' && draft.pregnant ? true : undefined,
  };
}

const latest = (): Promise<Page<SpecimenRow>> => api.get('/api/specimens', { limit: 50 });

const sameOrders = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join('\n') === [...other].sort().join('\n');

/**
 * Registers a draft. When the answer to a try was lost, nobody knows whether it was stored: the next try looks first, so
 * that one specimen is never registered twice.
 */
export function useSave(zone: string, onSaved: (saved: { accession: string; name: string }) => void) {
  const queries = useQueryClient();
  /** The newest registration known before the try whose answer was lost. */
  const unsure = useRef<string | undefined>(undefined);
  return useMutation({
    mutationFn: async (draft: Draft) => {
      if (unsure.current !== undefined) {
        const after = unsure.current;
        const { items } = await latest();
        const there = items.find(
          (row) =>
            row.registeredAt > after &&
            row.patient.id === draft.id.trim() &&
            sameOrders(row.orders, draft.orders) &&
            (draft.accession.trim() === '' || row.accession === draft.accession.trim()),
        );
        unsure.current = undefined;
        if (there !== undefined) return { accession: there.accession, name: there.patient.name };
      }
      const known = queries.getQueryData<Page<SpecimenRow>>(recentKey)?.items[0]?.registeredAt ?? '';
      try {
        const saved = await api.post<Specimen>('/api/specimens', bodyOf(draft, zone));
        return { accession: saved.accession, name: saved.patient.name };
      } catch (thrown) {
        const { status } = asApiError(thrown);
        if (status === 0 || status >= 500) unsure.current = known;
        throw thrown;
      }
    },
    onSuccess: onSaved,
    onSettled: () => queries.invalidateQueries({ queryKey: recentKey }),
  });
}

/** Beside the specimens, so that the same events make it stale. */
export const recentKey = ['specimen', '', 'recent'] as const;
export const readRecent = latest;

/** Where the server's refusal belongs. */
export function placeOf(thrown: unknown): keyof Draft | undefined {
  const { code, details } = asApiError(thrown);
  if (code === 'SPECIMEN_ACCESSION_TAKEN') return 'accession';
  if (code === 'PATIENT_DIFFERS') return 'name';
  if (code === 'SPECIMEN_TIME_AHEAD') return 'collected';
  if (code === 'ORDER_NOT_POSSIBLE' || code === 'CATALOGUE_CODE_UNKNOWN') return 'orders';
  if (code !== 'REQUEST_INVALID' || typeof details !== 'object' || details === null || !('fields' in details))
    return undefined;
  const field = JSON.stringify(details.fields);
  const places = {
    'patient.id': 'id',
    'patient.name': 'name',
    'patient.birthDate': 'birthDate',
    accession: 'accession',
    orders: 'orders',
  } as const;
  for (const [name, place] of Object.entries(places)) if (field.includes(`"${name}`)) return place;
  return undefined;
}
