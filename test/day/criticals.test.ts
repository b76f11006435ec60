import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escalate } from '../../src/acts/criticals.ts';
import { currentOf, openTestLaboratory, specimenWith, type TestLaboratory } from './laboratory.ts';

describe('critical values', () => {
  let site: TestLaboratory;
  beforeAll(async () => {
    site = await openTestLaboratory({ criticals: { escalateSeconds: 600 } });
  });
  afterAll(() => site.close());

  it('waits from detection until someone reads it back, and keeps every call', async () => {
    const who = await site.as('technician');
    const specimen = await specimenWith(who, { orders: ['CBC'], values: { HGB: '5.1' }, more: { ward: 'ICU' } });
    const hgb = currentOf(specimen, 'HGB');
    expect(hgb).toMatchObject({ flags: ['LL'], alerts: ['critical'] });
    const [waiting] = (await who.get('/api/criticals')).body.items;
    expect(waiting).toMatchObject({
      id: hgb.id,
      accession: specimen.accession,
      value: '5.1',
      ward: 'ICU',
      state: 'open',
      calls: [],
    });
    const unanswered = await who.post(`/api/criticals/${waiting.id}/call`, { to: 'BS Lan', readBack: false });
    expect(unanswered.body.state).toBe('open');
    const called = await who.post(`/api/criticals/${waiting.id}/call`, { to: 'BS Lan', readBack: true });
    expect(called).toMatchObject({
      status: 200,
      body: { state: 'called', calls: [{ readBack: false }, { to: 'BS Lan', by: 'technician', readBack: true }] },
    });
    expect((await who.get('/api/criticals?state=open')).body.items).toEqual([]);
    expect((await who.get('/api/criticals')).body.items).toHaveLength(1);
    const auditor = await site.as('auditor');
    const { body } = await auditor.get(`/api/audit?subject=${specimen.accession}`);
    expect(body.items.map((each: { action: string }) => each.action)).toContain('call');
    expect((await auditor.post(`/api/criticals/${waiting.id}/call`, { to: 'x', readBack: true })).status).toBe(403);
    expect((await who.post('/api/criticals/none/call', { to: 'x', readBack: true })).status).toBe(404);
    expect((await who.post(`/api/criticals/${waiting.id}/call`, { to: 'x' })).status).toBe(400);
  });

  it('goes to a second person after the set time, once; a rejected value waits no longer', async () => {
    const who = await site.as('technician');
    const specimen = await specimenWith(who, { orders: ['K', 'NA'], values: { K: '7.2', NA: '110' } });
    await escalate(site.lab);
    expect((await who.get('/api/criticals?state=open')).body.items[0].escalatedAt).toBeUndefined();
    const na = currentOf(specimen, 'NA');
    await who.post(`/api/observations/${na.id}/reject`, { version: na.version, reason: 'implausible' });
    site.pass(601);
    await escalate(site.lab);
    await escalate(site.lab);
    const { items } = (await who.get('/api/criticals?state=open')).body;
    expect(items.map((each: { analyte: string }) => each.analyte)).toEqual(['K']);
    expect(items[0].escalatedAt).toBeDefined();
    const { body } = await (await site.as('auditor')).get(`/api/audit?action=escalate`);
    expect(body.items).toHaveLength(1);
  });
});
