/** Topics that can be subscribed to. */
export const topics = {
  /** US Core: one patient's released reports. */
  patient: 'http://hl7.org/fhir/us/core/SubscriptionTopic/patient-data-feed',
  /** Every released report version of the laboratory, for systems. */
  reports: 'urn:cuvette:topic:released-reports',
} as const;

export type Topic = (typeof topics)[keyof typeof topics];

export const contents = ['empty', 'id-only', 'full-resource'] as const;
export type PayloadContent = (typeof contents)[number];

const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
/** Extensions of the R4 backport guide. */
export const extensions = {
  filter: `${backport}/backport-filter-criteria`,
  content: `${backport}/backport-payload-content`,
  heartbeat: `${backport}/backport-heartbeat-period`,
  timeout: `${backport}/backport-timeout`,
} as const;
export const statusProfile = `${backport}/backport-subscription-status-r4`;
export const notificationProfile = `${backport}/backport-subscription-notification-r4`;
