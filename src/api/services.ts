import type { Laboratory } from '../laboratory/context.ts';
import type { Papers } from '../publish/papers.ts';
import type { Intake } from '../publish/referral/import.ts';
import type { OutcomeDoc } from '../store/documents.ts';

export type LineState = 'down' | 'up' | 'talking' | 'silent' | 'failing';

/** One analyzer's line as the API shows it. */
export interface LineStatus {
  readonly id: string;
  readonly driver: string;
  readonly transport: 'tcp' | 'serial';
  readonly role: 'listen' | 'connect';
  readonly state: LineState;
  readonly lastReceivedAt?: string | null | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly watch?: {
    readonly nakRate: number | null;
    readonly clockSkewSeconds: number | null;
    readonly ordersWithoutResult: number;
    readonly enqWithoutData: number;
    readonly rhythmSeconds: number | null;
    readonly lastFault: { readonly code: string; readonly detail?: string; readonly at: string } | null;
  };
  readonly address?: string;
  readonly detail?: string;
  readonly retryAt?: string;
}

/** The rest of the laboratory, as far as the API needs it. */
export interface Services {
  readonly lab: Laboratory;
  readonly lines: { list(): readonly LineStatus[] };
  readonly pipeline: {
    replay(messageId: string, assign?: { readonly from: string | undefined; readonly to: string }): Promise<OutcomeDoc>;
    readonly waiting?: () => number;
  };
  /** Absent where nothing is sent (tests, a laboratory without recipients). */
  readonly publishing?: {
    test(recipientId: string): Promise<unknown>;
    refresh(recipientId: string): Promise<void>;
  };
  /** Printed and signed forms; absent: opened and closed with the API. */
  readonly papers?: Papers;
  /** Takes in what other laboratories sign; absent: opened and closed with the API. */
  readonly intake?: Intake;
  /** Folder of the built workbench; default `dist/web` of the checkout. */
  readonly webRoot?: string;
  /** Where drivers made by the kit are kept; absent where there is no data folder. */
  readonly driverFolder?: string;
}
