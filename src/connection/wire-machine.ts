import type { Driver } from '../../drivers/driver.ts';
import { createLink, step as stepAstm } from '../../protocols/astm/link.ts';
import { createBlocks, step as stepBlocks } from '../../protocols/blocks/link.ts';
import type { BlockFailure } from '../../protocols/blocks/state.ts';
import { createDelimited, step as stepDelimited } from '../../protocols/delimited/link.ts';
import { createMllp, step as stepMllp } from '../../protocols/hl7v2/mllp.ts';
import type { Fault } from '../../protocols/wire.ts';

/** One input of a line, whatever its protocol. */
export type WireInput =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly name: string }
  /** The delivered message is on disk, or was refused; HL7: with these messages as the reply. */
  | { readonly type: 'committed' | 'refused'; readonly delivery: number; readonly replies: readonly Uint8Array[] }
  | {
      readonly type: 'send';
      readonly id: string;
      readonly messages: readonly Uint8Array[];
      readonly controlId: string | null;
    }
  | { readonly type: 'disconnected' };

export type WireEffect =
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  | { readonly type: 'startTimer'; readonly name: string; readonly ms: number }
  | { readonly type: 'stopTimer'; readonly name: string }
  | {
      readonly type: 'deliver';
      readonly delivery: number;
      readonly raw: Uint8Array;
      readonly complete: boolean;
      readonly faults: readonly Fault[];
    }
  | { readonly type: 'fault'; readonly fault: Fault }
  /** ASTM: the analyzer asked for the line and sent nothing. */
  | { readonly type: 'emptySession' }
  /** `answer`: HL7, the text of its acknowledgement. */
  | { readonly type: 'sent'; readonly id: string; readonly answer?: Uint8Array }
  | { readonly type: 'sendFailed'; readonly id: string; readonly reason: SendFailure };

/** Why what we had to send is not with the analyzer: rows of the error table. */
export type SendFailure = BlockFailure;

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

function mllpMachine(): WireMachine {
  let state = createMllp();
  let delivery = 0;
  return {
    step(input) {
      if ((input.type === 'committed' || input.type === 'refused') && input.delivery !== delivery) return [];
      const effects: WireEffect[] = [];
      for (const each of mllpInputs(input)) {
        const next = stepMllp(state, each);
        state = next.state;
        for (const effect of next.effects) {
          if (effect.type === 'deliver') {
            delivery += 1;
            effects.push({ ...effect, delivery });
          } else if (effect.type === 'acknowledged') effects.push({ type: 'sent', id: effect.id, answer: effect.text });
          else effects.push(effect);
        }
      }
      return effects;
    },
  };
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
  let delivery = 0;
  return {
    step(input) {
      // Nobody listens at the other end of such a line.
      if (input.type === 'send') return [{ type: 'sendFailed', id: input.id, reason: 'LINK_ONE_WAY' }];
      const next = stepDelimited(
        state,
        input.type === 'timer' ? { type: 'timer', name: delimitedTimer(input.name) } : input,
      );
      state = next.state;
      return next.effects.map((effect): WireEffect => {
        if (effect.type !== 'deliver') return effect;
        delivery += 1;
        return { ...effect, delivery };
      });
    },
  };
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
  let delivery = 0;
  return {
    step(input) {
      if ((input.type === 'committed' || input.type === 'refused') && input.delivery !== delivery) return [];
      const next = stepBlocks(state, input.type === 'timer' ? { type: 'timer', name: blockTimer(input.name) } : input);
      state = next.state;
      return next.effects.map((effect): WireEffect => {
        if (effect.type !== 'deliver') return effect;
        // What did not come whole is not waited for, so its verdict must not be taken for that of another.
        delivery += 1;
        return { ...effect, delivery };
      });
    },
  };
}
