import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { ApiError, api, asApiError, seg } from '../../api/client.ts';
import type { AlertCode, Observation, Specimen } from '../../api/types.ts';
import { refreshRows } from '../../api/worklist.ts';
import { goTo, pathOf } from '../../app/routes.ts';
import { dismissToast, say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import type { HandValue } from './enter-sheet.tsx';
import { useLeftFor } from './left-for.ts';
import { isForDoctor } from './waiting.ts';

/** What a verification answers beside the specimen. */
type Verified = Specimen & { readonly undoUntil: string | null };

export interface VerifyWords {
  readonly comment?: string;
  readonly ownEntryReason?: string;
}

/** The acts of a person on results: each tells the server what was seen, and shows what became of it. */
export interface Acts {
  /** Throws ApiError. Alerts in `acknowledge` are those the person has looked at. */
  verify(
    accession: string,
    observations: readonly Observation[],
    acknowledge?: readonly AlertCode[],
    words?: VerifyWords,
  ): Promise<void>;
  /** Specimens whole, each in one call; what could not be verified stays on the list. */
  verifyMany(specimens: readonly { accession: string; observations: readonly Observation[] }[]): Promise<void>;
  /** Medical release of these; of all that was verified when absent. */
  release(accession: string, observations?: readonly Observation[]): Promise<void>;
  repeat(observation: Observation, reason: string): Promise<void>;
  hold(observation: Observation, reason: string): Promise<void>;
  unhold(observation: Observation): Promise<void>;
  comment(observation: Observation, text: string): Promise<void>;
  choose(observation: Observation): Promise<void>;
  /** A released value is corrected: a new report version. */
  amend(observation: Observation, value: string, reason: string): Promise<void>;
  withdraw(observation: Observation, reason: string): Promise<void>;
  /** Everything of the specimen, in one act. */
  withdrawAll(accession: string, reason: string): Promise<void>;
  /** Who the specimen is from is pregnant, or is not: what waits is judged anew. */
  sayPregnant(accession: string, pregnant: boolean, reason: string): Promise<void>;
  enter(accession: string, values: readonly HandValue[]): Promise<void>;
}

export function useActs(): Acts {
  const queries = useQueryClient();
  const { t, why } = useWords();
  const leftFor = useLeftFor();
  {
    const withLeft = (text: string, observations: readonly Observation[], waits?: typeof isForDoctor): string => {
      const left = leftFor(observations, waits);
      return left === null ? text : `${text}; ${t('results.verify.left', left)}`;
    };
    const onOne = async (observation: Observation, act: string, body: object): Promise<void> => {
      await api.post(`/api/observations/${seg(observation.id)}/${act}`, { version: observation.version, ...body });
      await settle(queries, observation.accession);
    };
    const undo = async (accessions: readonly string[], toast: number): Promise<void> => {
      dismissToast(toast);
      for (const accession of accessions) {
        try {
          await api.post(`/api/specimens/${seg(accession)}/verify/undo`);
          say(t('results.verify.undone', { accession }));
        } catch (thrown) {
          say(`${accession}: ${why(asApiError(thrown))}`, { tone: 'trouble', seconds: 8 });
        }
        await settle(queries, accession);
      }
      const [only] = accessions;
      if (accessions.length === 1 && only !== undefined) goTo(pathOf('results', only), true);
    };
    const offerUndo = (text: string, accessions: readonly string[], until: string | null): void => {
      const seconds = until === null ? 5 : (Date.parse(until) - Date.now()) / 1000;
      if (until === null || seconds < 0.5) {
        say(text);
        return;
      }
      const toast: number = say(text, { seconds, undo: () => void undo(accessions, toast) });
    };
    return {
      async verify(accession, observations, acknowledge = [], words = {}) {
        const answer = await api.post<Verified>(
          `/api/specimens/${seg(accession)}/verify`,
          verification(observations, acknowledge, words),
        );
        const { undoUntil, ...specimen } = answer;
        queries.setQueryData(['specimen', accession], specimen);
        const text = withLeft(t('results.verify.done', { accession }), specimen.observations);
        offerUndo(text, [accession], undoUntil);
        await refreshRows(queries, [accession]).catch(() => undefined);
      },
      async verifyMany(specimens) {
        const done: string[] = [];
        const seen: Observation[] = [];
        let until: string | null = null;
        for (const { accession, observations } of specimens) {
          try {
            const body = verification(observations, [], {});
            const answer = await api.post<Verified>(`/api/specimens/${seg(accession)}/verify`, body);
            done.push(accession);
            seen.push(...answer.observations);
            until ??= answer.undoUntil;
          } catch (thrown) {
            if (thrown instanceof ApiError && thrown.status === 0) throw thrown;
          }
        }
        if (done.length > 0) offerUndo(withLeft(t('results.verify.doneMany', { n: done.length }), seen), done, until);
        const skipped = specimens.length - done.length;
        if (skipped > 0) say(t('results.verify.skipped', { n: skipped }), { tone: 'trouble', seconds: 8 });
        await refreshRows(
          queries,
          specimens.map((each) => each.accession),
        ).catch(() => undefined);
      },
      async release(accession, observations) {
        const seen = observations?.map(({ id, version }) => ({ id, version }));
        const body = seen === undefined ? undefined : { observations: seen };
        const answer = await api.post<Verified>(`/api/specimens/${seg(accession)}/release`, body);
        const text = withLeft(t('results.verify.released', { accession }), answer.observations, isForDoctor);
        offerUndo(text, [accession], answer.undoUntil ?? null);
        await settle(queries, accession);
      },
      repeat: (observation, reason) => onOne(observation, 'reject', { reason }),
      hold: (observation, reason) => onOne(observation, 'hold', reason === '' ? {} : { reason }),
      unhold: (observation) => onOne(observation, 'unhold', {}),
      comment: (observation, text) => onOne(observation, 'comment', { text }),
      choose: (observation) => onOne(observation, 'choose', {}),
      amend: (observation, value, reason) => onOne(observation, 'amend', { value, reason }),
      withdraw: (observation, reason) => onOne(observation, 'withdraw', { reason }),
      async withdrawAll(accession, reason) {
        await api.post(`/api/specimens/${seg(accession)}/withdraw`, { reason });
        await settle(queries, accession);
      },
      async sayPregnant(accession, pregnant, reason) {
        await api.post(`/api/specimens/${seg(accession)}/pregnancy`, { pregnant, reason });
        await settle(queries, accession);
      },
      async enter(accession, values) {
        await api.post(`/api/specimens/${seg(accession)}/observations`, { observations: values });
        await settle(queries, accession);
      },
    };
  }
}

function verification(observations: readonly Observation[], acknowledge: readonly AlertCode[], words: VerifyWords) {
  return {
    observations: observations.map((each) => {
      const alerts = each.alerts.filter((alert) => acknowledge.includes(alert));
      return { id: each.id, version: each.version, ...(alerts.length === 0 ? {} : { acknowledge: alerts }) };
    }),
    ...words,
  };
}

/** What the page shows of a specimen, read anew after an act on it. */
async function settle(queries: QueryClient, accession: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['specimen', accession] }),
    refreshRows(queries, [accession]).catch(() => undefined),
  ]);
}
