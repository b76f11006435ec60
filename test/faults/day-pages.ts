import type { LookedAt } from './page-paint.ts';

interface Subjects {
  /** An accession that waits for verification. */
  readonly waiting: string;
  /** One with a report. */
  readonly reported: string;
  /** A message of the first analyzer. */
  readonly message: string;
}

/** The pages of the workbench as a day leaves them, each with what a person came for. */
export function dayPages({ waiting, reported, message }: Subjects): LookedAt[] {
  return [
    { page: 'worklist', path: '/results', shows: '.list-rows [role=option]' },
    { page: 'specimen, waiting', path: `/results/${waiting}`, shows: '.specimen:has(tr.result)', words: waiting },
    { page: 'critical bar', path: '/results', shows: '.critical-bar' },
    { page: 'specimen, reported', path: `/results/${reported}`, shows: '.specimen:has(tr.result)', words: reported },
    { page: 'registration', path: '/register', shows: '.order-panels .chip' },
    { page: 'scan', path: '/specimens', shows: '.scan-form' },
    { page: 'tube', path: `/specimens/${reported}`, shows: '.tube-panel .panel-top', words: reported },
    { page: 'storage', path: '/specimens?view=storage&rack=D1', shows: '.places li', words: 'D0' },
    { page: 'analyzers', path: '/analyzers', shows: '.journal-rows tbody tr' },
    { page: 'message', path: `/analyzers/xn-1/${message}`, shows: '.message-panel .byte' },
    { page: 'mapping', path: '/analyzers/xn-1?view=mapping', shows: '.analyzers-side tbody tr', words: 'LYMPH' },
    { page: 'held', path: '/held', shows: '.held-rows tbody tr' },
    { page: 'deliveries', path: '/deliveries', shows: '.deliveries-rows tbody tr' },
    { page: 'referrals', path: '/referrals', shows: '.referrals .empty, .referrals tbody tr' },
    { page: 'statistics, counts', path: '/statistics/counts', shows: '.statistics-rows tbody tr' },
    { page: 'statistics, times', path: '/statistics/tat', shows: '.statistics-rows tbody tr' },
    { page: 'catalogue', path: '/catalogue/analytes', shows: '.catalogue-rows tbody button' },
    { page: 'ranges', path: '/catalogue/ranges', shows: '.catalogue-rows tbody button' },
    { page: 'users', path: '/users', shows: '.people-list tbody tr' },
    { page: 'audit', path: '/audit', shows: '.audit-rows tbody tr' },
    { page: 'guide', path: '/guide', shows: '.guide-step' },
  ];
}
