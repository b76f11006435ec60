import { DateTime } from 'luxon';
import type { Decoded, DecodedMessage, DecodedObservation, Driver, Protocol } from '../../drivers/driver.ts';

/**
 * What `decode` prints (contract.md): the driver used or null, the protocol, one entry of `messages` for each specimen,
 * and the faults of the wire. `analyte` and `loinc` are the driver's proposals.
 */
export function printDecoded(
  driver: Driver | null,
  protocol: Protocol | null,
  decoded: Decoded,
  zone: string | undefined,
): Record<string, unknown> {
  return {
    driver: driver?.id ?? null,
    protocol,
    messages: decoded.messages.map((message) => printMessage(driver, message, zone)),
    faults: decoded.faults.map(({ code, at, detail }) => ({ code, at, ...(detail === undefined ? {} : { detail }) })),
  };
}

function printMessage(
  driver: Driver | null,
  message: DecodedMessage,
  zone: string | undefined,
): Record<string, unknown> {
  const { span: _span, observations, held, ...rest } = message;
  return {
    ...rest,
    observations: observations.map((each) => printObservation(driver, each, zone)),
    held: held.map(({ reason, detail, span }) => ({ reason, detail, ...(span === undefined ? {} : { span }) })),
  };
}

function printObservation(
  driver: Driver | null,
  observation: DecodedObservation,
  zone: string | undefined,
): Record<string, unknown> {
  const { hostCode, observedAt, aside, ...rest } = observation;
  // a row that is not the measured quantity has its code, but is no value of that analyte
  const mapping = aside === undefined ? driver?.codes.find((code) => code.hostCode === hostCode) : undefined;
  return {
    hostCode,
    ...(mapping === undefined ? {} : { analyte: mapping.analyte }),
    ...(mapping?.loinc === undefined ? {} : { loinc: mapping.loinc }),
    ...rest,
    ...(observedAt === undefined ? {} : { observedAt: inZone(observedAt, zone) }),
    ...(aside === undefined ? {} : { aside }),
  };
}

/** The local time with the offset its zone had then; a time that has an offset, or is only a date, stays. */
function inZone(local: string, zone: string | undefined): string {
  if (zone === undefined || !/T[\d:.]+$/.test(local)) return local;
  const time = DateTime.fromISO(local, { zone });
  return time.isValid ? `${local}${time.toFormat('ZZ')}` : local;
}
