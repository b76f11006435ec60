/** Today on this screen, as a date field has it. */
export function localDay(at: Date): string {
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The instant a day begins, `days` later. */
export function startOf(day: string, days: number): string {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + days);
  return start.toISOString();
}
