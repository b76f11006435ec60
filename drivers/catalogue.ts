import { abbottAfinion2 } from './abbott/afinion-2/driver.ts';
import { abbottAlinityCi } from './abbott/alinity-ci/driver.ts';
import { abbottArchitect } from './abbott/architect/driver.ts';
import { abbottCellDynEmerald } from './abbott/cell-dyn-emerald/driver.ts';
import { abbottCellDynRuby } from './abbott/cell-dyn-ruby/driver.ts';
import { abbottM2000 } from './abbott/m2000/driver.ts';
import { beckmanAccess } from './beckman/access/driver.ts';
import { beckmanAu480 } from './beckman/au480/driver.ts';
import { beckmanAu5800 } from './beckman/au5800/driver.ts';
import { beckmanDxh } from './beckman/dxh/driver.ts';
import { bioRadD10 } from './bio-rad/d-10/driver.ts';
import { bioRadIh1000 } from './bio-rad/ih-1000/driver.ts';
import { biomerieuxMiniVidas } from './biomerieux/mini-vidas/driver.ts';
import { biosystemsBa400 } from './biosystems/ba400/driver.ts';
import { cepheidGenexpert } from './cepheid/genexpert/driver.ts';
import { cepheidGenexpertHl7 } from './cepheid/genexpert-hl7/driver.ts';
import type { Driver } from './driver.ts';
import { dymindDh36 } from './dymind/dh36/driver.ts';
import { erbaH360 } from './erba/h360/driver.ts';
import { erbaXl1000 } from './erba/xl-1000/driver.ts';
import { hologicPanther } from './hologic/panther/driver.ts';
import { horibaPentraXlr } from './horiba/pentra-xlr/driver.ts';
import { horibaYumizenH500 } from './horiba/yumizen-h500/driver.ts';
import { humanHumastar } from './human/humastar/driver.ts';
import { immucorNeo } from './immucor/neo/driver.ts';
import { mindrayBc5380 } from './mindray/bc-5380/driver.ts';
import { mindrayBc6000 } from './mindray/bc-6000/driver.ts';
import { mindrayBs240 } from './mindray/bs-240/driver.ts';
import { mindrayBsSeries } from './mindray/bs-series/driver.ts';
import { mindrayEcl8000 } from './mindray/ecl8000/driver.ts';
import { nihonKohdenMek7300 } from './nihon-kohden/celltac-mek-7300/driver.ts';
import { nihonKohdenMek9100 } from './nihon-kohden/celltac-mek-9100/driver.ts';
import { orthoVision } from './ortho/vision/driver.ts';
import { orthoVitros3600 } from './ortho/vitros-3600/driver.ts';
import { radiometerAbl80 } from './radiometer/abl80/driver.ts';
import { raytoHemaray86 } from './rayto/hemaray-86/driver.ts';
import { rocheCobas6000 } from './roche/cobas-6000/driver.ts';
import { rocheCobasC111 } from './roche/cobas-c111/driver.ts';
import { rocheCobasC311 } from './roche/cobas-c311/driver.ts';
import { rocheCobasE411 } from './roche/cobas-e411/driver.ts';
import { rocheCobasPure } from './roche/cobas-pure/driver.ts';
import { rocheCobasX800 } from './roche/cobas-x800/driver.ts';
import { rocheElecsys2010 } from './roche/elecsys-2010/driver.ts';
import { siemensCentaurXp } from './siemens/centaur-xp/driver.ts';
import { siemensDcaVantage } from './siemens/dca-vantage/driver.ts';
import { siemensDimension } from './siemens/dimension/driver.ts';
import { siemensImmulite2000 } from './siemens/immulite-2000/driver.ts';
import { siemensRapidlab348 } from './siemens/rapidlab-348/driver.ts';
import { snibeMaglumi } from './snibe/maglumi/driver.ts';
import { stagoStaCompact } from './stago/sta-compact/driver.ts';
import { sysmexCs2500 } from './sysmex/cs-2500/driver.ts';
import { sysmexKx21 } from './sysmex/kx-21/driver.ts';
import { sysmexUWam } from './sysmex/u-wam/driver.ts';
import { sysmexXn1000 } from './sysmex/xn-1000/driver.ts';
import { sysmexXnL } from './sysmex/xn-l/driver.ts';
import { sysmexXp300 } from './sysmex/xp-300/driver.ts';
import { sysmexXt4000i } from './sysmex/xt-4000i/driver.ts';
import { thermoIndiko } from './thermo/indiko/driver.ts';
import { wienerCmd600 } from './wiener/cmd600/driver.ts';

/** Every driver that ships. A new analyzer is one folder and one line here. */
export const catalogue: readonly Driver[] = [
  abbottAfinion2,
  abbottAlinityCi,
  abbottArchitect,
  abbottCellDynEmerald,
  abbottCellDynRuby,
  abbottM2000,
  beckmanAccess,
  beckmanAu480,
  beckmanAu5800,
  beckmanDxh,
  bioRadD10,
  bioRadIh1000,
  biomerieuxMiniVidas,
  biosystemsBa400,
  cepheidGenexpertHl7,
  cepheidGenexpert,
  dymindDh36,
  erbaH360,
  erbaXl1000,
  hologicPanther,
  horibaPentraXlr,
  horibaYumizenH500,
  humanHumastar,
  immucorNeo,
  mindrayBc5380,
  mindrayBc6000,
  mindrayBs240,
  mindrayBsSeries,
  mindrayEcl8000,
  nihonKohdenMek7300,
  nihonKohdenMek9100,
  orthoVision,
  orthoVitros3600,
  radiometerAbl80,
  raytoHemaray86,
  rocheCobas6000,
  rocheCobasC111,
  rocheCobasC311,
  rocheCobasE411,
  rocheCobasPure,
  rocheCobasX800,
  rocheElecsys2010,
  siemensCentaurXp,
  siemensDcaVantage,
  siemensDimension,
  siemensImmulite2000,
  siemensRapidlab348,
  snibeMaglumi,
  stagoStaCompact,
  sysmexCs2500,
  sysmexKx21,
  sysmexUWam,
  sysmexXn1000,
  sysmexXnL,
  sysmexXp300,
  sysmexXt4000i,
  thermoIndiko,
  wienerCmd600,
];

const byId = new Map(catalogue.map((driver) => [driver.id, driver]));

/** The driver `vendor/model`; undefined when none ships under that name. */
export function driverById(id: string): Driver | undefined {
  return byId.get(id);
}
