import { describe, expect, it } from 'vitest';
import { createEventHub } from '../laboratory/events.ts';
import { eventTrail } from './event-trail.ts';

function speaker() {
  return { events: createEventHub(() => undefined) };
}
const worklist = (number: number) => ({ type: 'worklist', accession: `A${number}` }) as const;

describe('the trail of events', () => {
  it('has what came after a mark, in order, and nothing where nothing came', () => {
    const lab = speaker();
    const trail = eventTrail(lab);
    lab.events.emit(worklist(1));
    const mark = trail.mark();
    expect(trail.after(mark)).toEqual([]);
    lab.events.emit(worklist(2));
    lab.events.emit(worklist(3));
    expect(trail.after(mark)).toEqual([worklist(2), worklist(3)]);
  });

  it('is one for all who ask about a laboratory', () => {
    const lab = speaker();
    expect(eventTrail(lab)).toBe(eventTrail(lab));
  });

  it('says that it does not know a mark of another process, of the future or of too long ago', () => {
    const lab = speaker();
    const trail = eventTrail(lab);
    const mark = trail.mark();
    const other = eventTrail(speaker());
    expect(trail.after(other.mark())).toBeNull();
    expect(trail.after(mark.replace(/\d+$/, '7'))).toBeNull();
    for (const bad of ['', 'x', `${mark}x`, `${mark}-1.5`]) expect(trail.after(bad)).toBeNull();
    for (let number = 0; number < 5000; number += 1) lab.events.emit(worklist(number));
    expect(trail.after(mark)).toBeNull();
    const late = trail.mark();
    lab.events.emit(worklist(5001));
    expect(trail.after(late)).toEqual([worklist(5001)]);
  });
});
