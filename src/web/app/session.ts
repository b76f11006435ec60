import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import type { Right } from '../../api/rights.ts';
import { decidesFor } from '../../domain/ids.ts';
import { ApiError, api } from '../api/client.ts';
import type { Session } from '../api/types.ts';

/** Who is signed in; null: nobody. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async (): Promise<Session | null> => {
      try {
        return await api.get<Session>('/api/session');
      } catch (thrown) {
        if (thrown instanceof ApiError && (thrown.status === 401 || thrown.status === 403)) return null;
        throw thrown;
      }
    },
    staleTime: 60_000,
  });
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await api.delete('/api/session').catch(() => undefined);
    queries.clear();
    queries.setQueryData(['session'], null);
  };
}

export const SessionContext = createContext<Session | null>(null);

export function useMe(): Session {
  const me = useContext(SessionContext);
  if (me === null) throw new Error('only pages behind the sign-in ask who is signed in');
  return me;
}

/** Whether the person signed in decides about what is of a section. */
export function useDecides(): (of: { readonly section: string }) => boolean {
  const { sections } = useMe();
  return useCallback(({ section }) => decidesFor(sections, section), [sections]);
}

/** Whether the person signed in has a right: the page shows only what may be done. */
export function useMay(): (right: Right) => boolean {
  const { rights } = useMe();
  return (right) => rights.includes(right);
}
