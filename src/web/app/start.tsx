import { defaultScheduler, notifyManager } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { allAsked } from '../first/asked.ts';
import type { Locale } from '../format/numbers.ts';
import { startLanguage } from '../i18n/i18n.ts';
import { App, keepAsked } from './app.tsx';

/** How long the first picture waits for answers: one picture with everything is there sooner than ten with a little more each. */
const patienceMs = 100;

/** Shows the workbench in the page. */
export async function start(language: Locale): Promise<void> {
  const patience = new Promise((over) => setTimeout(over, patienceMs));
  await startLanguage(language);
  await Promise.race([allAsked(), patience]);
  const root = document.getElementById('root');
  if (root === null) return;
  keepAsked();
  // What else is there already is taken up within this task: the browser lays out and paints once, not for each answer.
  notifyManager.setScheduler(queueMicrotask);
  flushSync(() =>
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
  setTimeout(() => notifyManager.setScheduler(defaultScheduler), 0);
}
