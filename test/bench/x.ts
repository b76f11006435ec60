import { driverById } from '../../drivers/catalogue.ts';
import { block, cbcMessage } from './messages.ts';
import { xnMessage } from '../journeys/harness.ts';
const bytes = block(cbcMessage('2611250001', '1'));
const values: Record<string,string> = {};
for (const c of ['WBC','RBC','HGB','HCT','MCV','MCH','MCHC','PLT','RDW-SD','RDW-CV','PDW','MPV','P-LCR','PCT','NEUT#','NEUT%','LYMPH#','LYMPH%','MONO#','MONO%','EO#','EO%','BASO#','BASO%','IG#','IG%','NRBC#','NRBC%','RET#','RET%']) values[c]='7.10';
const xn = xnMessage('2611250001', values);
for (const [id, b] of [['mindray/bc-5380', bytes], ['sysmex/xn-1000', xn]] as const) {
  const driver = driverById(id);
  let best = 0;
  for (let r = 0; r < 8; r++) { const t = performance.now(); for (let i = 0; i < 300; i++) driver?.decode(b); best = Math.max(best, 300 / (performance.now() - t) * 1000); }
  console.log(id, driver?.decode(b).messages[0]?.observations.length, best.toFixed(0) + '/s');
}
import { writeFileSync } from "node:fs"; writeFileSync("/tmp/msgs.json", JSON.stringify([Buffer.from(bytes).toString("base64"), Buffer.from(xn).toString("base64")]));
