import { activityFeature } from './activity.ts';
import { analyzersFeature } from './analyzers.ts';
import { auditLogFeature } from './audit-log.ts';
import { blocksFeature } from './blocks.ts';
import { bundleIntakeFeature } from './bundle-intake.ts';
import { catalogueFeature } from './catalogue/feature.ts';
import { ownVariationsFeature } from './catalogue/own-variations.ts';
import { criticalsFeature } from './criticals.ts';
import { custodyFeature } from './custody.ts';
import { deliveriesFeature } from './deliveries.ts';
import { demographicsFeature } from './demographics.ts';
import { eventStreamFeature } from './event-stream.ts';
import { explainFeature } from './explain.ts';
import { externalFeature } from './external.ts';
import { fhirFeature } from './fhir.ts';
import { guideFeature } from './guide/feature.ts';
import { healthFeature } from './health.ts';
import { heldFeature } from './held.ts';
import { insuranceFeature } from './insurance.ts';
import { judgementsFeature } from './judgements.ts';
import { kitFeature } from './kit.ts';
import { labelsFeature } from './labels.ts';
import { mappingsFeature } from './mappings.ts';
import { meFeature } from './me.ts';
import { messagesFeature } from './messages.ts';
import { noticesFeature } from './notices.ts';
import { ordersFeature } from './orders.ts';
import { patientsFeature } from './patients.ts';
import type { Feature } from './plugin.ts';
import { recipientMappingFeature } from './recipient-mapping.ts';
import { recipientsFeature } from './recipients.ts';
import { referralsFeature } from './referrals.ts';
import { registrationFeature } from './registration.ts';
import { reportComparisonFeature } from './report-comparison.ts';
import { reportsFeature } from './reports.ts';
import { reviewFeature } from './review.ts';
import { serviceRequestIntakeFeature } from './service-request-intake.ts';
import { sessionFeature } from './session.ts';
import { signatureCheckFeature } from './signature-check.ts';
import { smartFeature } from './smart.ts';
import { specimensFeature } from './specimens.ts';
import { statisticsFeature } from './statistics.ts';
import { storageFeature } from './storage.ts';
import { usersFeature } from './users.ts';
import { verificationFeature } from './verification.ts';
import { worklistFeature } from './worklist.ts';

/** Every feature of the API, in the order the documentation shows them. */
export const features: readonly Feature[] = [
  sessionFeature,
  meFeature,
  usersFeature,
  guideFeature,
  registrationFeature,
  custodyFeature,
  storageFeature,
  labelsFeature,
  statisticsFeature,
  serviceRequestIntakeFeature,
  specimensFeature,
  worklistFeature,
  verificationFeature,
  judgementsFeature,
  explainFeature,
  blocksFeature,
  reviewFeature,
  reportComparisonFeature,
  demographicsFeature,
  criticalsFeature,
  ordersFeature,
  patientsFeature,
  analyzersFeature,
  activityFeature,
  messagesFeature,
  heldFeature,
  ownVariationsFeature,
  catalogueFeature,
  mappingsFeature,
  kitFeature,
  reportsFeature,
  referralsFeature,
  noticesFeature,
  externalFeature,
  bundleIntakeFeature,
  signatureCheckFeature,
  insuranceFeature,
  deliveriesFeature,
  recipientsFeature,
  recipientMappingFeature,
  eventStreamFeature,
  auditLogFeature,
  fhirFeature,
  smartFeature,
  healthFeature,
];
