import type { Driver } from '../../drivers/driver.ts';
import { createLink, step as stepAstm } from '../../protocols/astm/link.ts';
import { createBlocks, step as stepBlocks } from '../../protocols/blocks/link.ts';
import { createDelimited, step as stepDelimited } from '../../protocols/delimited/link.ts';
import { createMllp, step as stepMllp } from '../../protocols/hl7v2/mllp.ts';
import type { DeliverEffect, LineEffect, LineInput, SendFailure } from '../../protocols/wire.ts';

/** One input of a line, whatever its protocol. */
export type WireInput =
  | LineInput<string>
  /** The delivered message is on disk, or was refused; HL7: with these messages as the reply. */
  | { readonly type: 'committed' | 'refused'; readonly delivery: number; readonly replies: readonly Uint8Array[] }
  | {
      readonly type: 'send';
      readonly id: string;
      readonly messages: readonly Uint8Array[];
      readonly controlId: string | null;
    };

export type WireEffect =
  | LineEffect<string>
  | (Omit<DeliverEffect, 'text'> & { readonly delivery: number })
  /** ASTM: the analyzer asked for the line and sent nothing. */
  | { readonly type: 'emptySession' }
  /** `answer`: HL7, the text of its acknowledgement. */
  | { readonly type: 'sent'; readonly id: string; readonly answer?: Uint8Array }
  | { readonly type: 'sendFailed'; readonly id: string; readonly reason: SendFailure };

/** The link machine of one channel: four protocols behind one face. */
export interface WireMachine {
  step(input: WireInput): readonly WireEffect[];
}

/** A machine at rest for a driver's protocol. */
export function createMachine(driver: Driver): WireMachine {
  switch (driver.protocol) {
    case 'astm':
      return astmMachine(driver);
    case 'hl7v2':
      return mllpMachine();
    case 'delimited':
      return delimitedMachine(driver);
    case 'blocks':
      return blocksMachine(driver);
    default:
      return driver.protocol satisfies never;
  }
}

function astmMachine(driver: Driver): WireMachine {
  let state = createLink(driver.link);
  return {
    step(input) {
      const next = stepAstm(state, input.type === 'timer' ? { type: 'timer', name: timerName(input.name) } : input);
      state = next.state;
      return next.effects.flatMap((effect): WireEffect[] => {
        if (effect.type !== 'sessionEnded') return [effect];
        return effect.empty ? [{ type: 'emptySession' }] : [];
      });
    },
  };
}

const astmTimers = ['ack', 'receiver', 'busy', 'contention', 'frameTail', 'reply'] as const;

function timerName(name: string): (typeof astmTimers)[number] {
  return astmTimers.find((each) => each === name) ?? 'receiver';
}

/**
 * Counts deliveries for a protocol that does not: the verdict on another one than the latest (that did not come whole and
 * is not waited for, say) must not be taken for its verdict.
 */
function counted(step: (input: WireInput) => readonly (Exclude<WireEffect, Delivered> | DeliverEffect)[]): WireMachine {
  let delivery = 0;
  return {
    step(input) {
      if ((input.type === 'committed' || input.type === 'refused') && input.delivery !== delivery) return [];
      return step(input).map((effect): WireEffect => {
        if (effect.type !== 'deliver') return effect;
        delivery += 1;
        return { ...effect, delivery };
      });
    },
  };
}

type Delivered = Extract<WireEffect, { type: 'deliver' }>;

function mllpMachine(): WireMachine {
  let state = createMllp();
  return counted((input) =>
    mllpInputs(input).flatMap((each) => {
      const next = stepMllp(state, each);
      state = next.state;
      return next.effects.map((effect) =>
        effect.type === 'acknowledged' ? { type: 'sent' as const, id: effect.id, answer: effect.text } : effect,
      );
    }),
  );
}

function mllpInputs(input: WireInput): Parameters<typeof stepMllp>[1][] {
  if (input.type === 'timer') return [{ type: 'timer', name: input.name === 'ack' ? 'ack' : 'receiver' }];
  if (input.type !== 'send') return [input];
  return input.messages.map((message) => ({ type: 'send', id: input.id, message, controlId: input.controlId }));
}

const delimitedTimer = (name: string): 'receiver' | 'quiet' => (name === 'quiet' ? 'quiet' : 'receiver');

function delimitedMachine(driver: Driver): WireMachine {
  const bounds = driver.report ?? { begins: () => true, ends: () => true };
  let state = createDelimited(bounds);
  return counted((input) => {
    // Whether it only prints or waits for words of the host: no analyzer on such a line takes orders.
    if (input.type === 'send') return [{ type: 'sendFailed', id: input.id, reason: 'LINK_ONE_WAY' }];
    const next = stepDelimited(
      state,
      input.type === 'timer' ? { type: 'timer', name: delimitedTimer(input.name) } : input,
    );
    state = next.state;
    return next.effects;
  });
}

const blockTimer = (name: string): 'receiver' | 'tail' | 'ack' | 'reply' =>
  (['tail', 'ack', 'reply'] as const).find((each) => each === name) ?? 'receiver';

function blocksMachine(driver: Driver): WireMachine {
  const { ackTimeoutMs, receiverTimeoutMs, maxTries, maxFrame } = driver.link ?? {};
  let state = createBlocks({
    check: 'none',
    role: () => 'record',
    ...driver.blocks,
    ...(ackTimeoutMs === undefined ? {} : { ackTimeoutMs }),
    ...(receiverTimeoutMs === undefined ? {} : { receiverTimeoutMs }),
    ...(maxTries === undefined ? {} : { maxTries }),
    ...(maxFrame === undefined ? {} : { maxBlock: maxFrame }),
  });
  return counted((input) => {
    const next = stepBlocks(state, input.type === 'timer' ? { type: 'timer', name: blockTimer(input.name) } : input);
    state = next.state;
    return next.effects;
  });
}
