import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError, onSignedOut } from '../api/client.ts';
import { takeKept } from '../first/asked.ts';
import { sessionOfPage } from '../first/session.ts';
import { setLaboratoryZone } from '../format/times.ts';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { SessionContext, useSession } from './session.ts';
import { Workbench } from './workbench.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => error instanceof ApiError && (error.status === 0 || error.status >= 500) && count < 3,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

const signedIn = sessionOfPage();
if (signedIn !== undefined) queries.setQueryData(['session'], signedIn);

/** What was asked for before the code was there is known before anything is drawn. */
export function keepAsked(): void {
  for (const { key, answer, updatedAt } of takeKept()) queries.setQueryData(key, answer, { updatedAt });
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Door />
    </QueryClientProvider>
  );
}

/** Sign-in, or the workbench. A session that ends while one works asks again and comes back to the same page. */
function Door() {
  const { data: session, error, isPending } = useSession();
  const client = useQueryClient();
  const [expired, setExpired] = useState(false);
  useEffect(
    () =>
      onSignedOut(() => {
        setExpired(true);
        client.setQueryData(['session'], null);
      }),
    [client],
  );
  // Before any page is drawn: its first question may be about a day of the laboratory.
  setLaboratoryZone(session?.laboratory.timeZone);
  if (isPending) return null;
  if (session === undefined) return <Trouble error={error} />;
  if (session === null) return <SignInPage expired={expired} onSignedIn={() => setExpired(false)} />;
  return (
    <SessionContext value={session}>
      <Workbench />
    </SessionContext>
  );
}
